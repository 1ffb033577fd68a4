package dev.channels.benchmarks.driver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.benchmarks.load.Pace;
import dev.channels.benchmarks.load.Scenario;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Rooms full of clients that talk. All but the constructor runs on the event loop.
 */
final class Traffic implements ChatListener {

	private static final int CONNECTS_AT_ONCE = 50;

	private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final Scenario scenario;

	private final Connector connector;

	private final EventLoop loop;

	private final FaultCounter faults = new FaultCounter();

	private final List<Room> rooms = new ArrayList<>();

	private final Map<ChatClient, DeliveryCheck> checks = new HashMap<>();

	private final Set<ChatClient> unprobed = new HashSet<>();

	private final CompletableFuture<Void> connected = new CompletableFuture<>();

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private int connects;

	private int joins;

	private boolean leaving;

	private @Nullable Phase phase;

	private long seenByWatch;

	private long lastProgress;

	Traffic(Scenario scenario, Connector connector, EventLoop loop) {
		this.scenario = scenario;
		this.connector = connector;
		this.loop = loop;
		for (int i = 0; i < scenario.rooms(); i++) {
			this.rooms.add(new Room(i, scenario.senders()));
		}
	}

	FaultCounter faults() {
		return this.faults;
	}

	/**
	 * Connect all clients.
	 * @return completes when all have joined
	 */
	CompletableFuture<Void> connect() {
		this.loop.execute(() -> {
			for (int i = 0; i < CONNECTS_AT_ONCE; i++) {
				connectNext();
			}
		});
		return this.connected;
	}

	private void connectNext() {
		if (this.connects < this.scenario.clients()) {
			int index = this.connects++;
			Room room = this.rooms.get(index % this.rooms.size());
			ChatClient client = this.connector.connect(room.index(), index / this.rooms.size(), this);
			room.members().add(client);
			this.checks.put(client, new DeliveryCheck(this.scenario.senders(), this.faults));
			this.unprobed.add(client);
		}
	}

	@Override
	public void joined(ChatClient client) {
		this.joins++;
		if (this.joins == this.scenario.clients()) {
			this.connected.complete(null);
		}
		connectNext();
	}

	/**
	 * Wait until each room has all its members: a server may let a client in before it
	 * has joined.
	 * @return completes when each has heard something
	 */
	CompletableFuture<Void> awaitMembers() {
		this.loop.execute(this::probe);
		return this.ready.thenCompose((nothing) -> after(PROBE_INTERVAL.multipliedBy(3)));
	}

	private void probe() {
		if (!this.unprobed.isEmpty()) {
			this.unprobed.stream()
				.mapToInt(ChatClient::room)
				.distinct()
				.forEach((room) -> this.rooms.get(room).probe());
			this.loop.schedule(this::probe, PROBE_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private CompletableFuture<Void> after(Duration pause) {
		CompletableFuture<Void> result = new CompletableFuture<>();
		this.loop.schedule(() -> result.complete(null), pause.toNanos(), TimeUnit.NANOSECONDS);
		return result;
	}

	/**
	 * Send messages.
	 * @return completes when all have come, or when nothing comes any more
	 */
	CompletableFuture<Phase> run(Pace pace, int amount, int messages) {
		Phase next = new Phase(this.rooms, pace, amount, messages, this.loop);
		this.loop.execute(() -> {
			this.phase = next;
			this.seenByWatch = 0;
			this.lastProgress = System.nanoTime();
			next.begin();
			watch(next);
		});
		return next.end();
	}

	private void watch(Phase watched) {
		if (watched.end().isDone()) {
			return;
		}
		long now = System.nanoTime();
		if (watched.deliveries() > this.seenByWatch) {
			this.seenByWatch = watched.deliveries();
			this.lastProgress = now;
		}
		else if (now - this.lastProgress > PATIENCE.toNanos()) {
			this.faults.lost += watched.missing();
			watched.giveUp();
			return;
		}
		this.loop.schedule(() -> watch(watched), 1, TimeUnit.SECONDS);
	}

	@Override
	public void received(ChatClient client, int room, int number) {
		if (number == ChatText.PROBE) {
			if (this.unprobed.remove(client) && this.unprobed.isEmpty()) {
				this.ready.complete(null);
			}
			return;
		}
		DeliveryCheck check = this.checks.get(client);
		if (room != client.room() || check == null) {
			this.faults.misdirected++;
		}
		else if (check.received(number) && this.phase != null) {
			this.phase.delivered(this.rooms.get(room).message(number), System.nanoTime());
		}
	}

	@Override
	public void closed(ChatClient client, boolean cleanly) {
		if (this.leaving) {
			return;
		}
		if (this.joins < this.scenario.clients()) {
			this.faults.refused++;
			this.connected.completeExceptionally(new IllegalStateException("A client was not let in"));
		}
		else {
			this.faults.broken++;
		}
	}

	/**
	 * Be gone.
	 */
	void leave() {
		this.loop.execute(() -> {
			this.leaving = true;
			this.checks.keySet().forEach(ChatClient::abort);
		});
	}

}
