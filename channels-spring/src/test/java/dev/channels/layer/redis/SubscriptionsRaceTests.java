package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.channels.connection.Eventually;
import dev.channels.connection.Race;
import dev.channels.layer.FakeClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Subscriptions} with many threads at once.
 */
class SubscriptionsRaceTests {

	private static final int THREADS = 4;

	private static final int CHANNELS = 3;

	private static final int STEPS = 300;

	private final FakeClock clock = new FakeClock();

	private final Subscriptions subscriptions = new Subscriptions(this.clock);

	private final AtomicInteger[] members = Stream.generate(AtomicInteger::new)
		.limit(CHANNELS)
		.toArray(AtomicInteger[]::new);

	private final ConcurrentLinkedQueue<CompletableFuture<Void>> joins = new ConcurrentLinkedQueue<>();

	private final Race race = new Race();

	private final List<Server> servers = new ArrayList<>();

	@AfterEach
	void release() {
		this.race.close();
		this.servers.forEach(Server::close);
	}

	/**
	 * Members come and go, connections are lost, time flies: in the end Redis has what is
	 * wanted, and every join is done.
	 */
	@RepeatedTest(30)
	void endsWithWhatIsWanted() {
		connect();
		List<Runnable> tasks = new ArrayList<>(
				IntStream.range(0, THREADS).<Runnable>mapToObj((i) -> this::joinAndLeave).toList());
		tasks.add(this::reconnect);
		tasks.add(() -> IntStream.range(0, STEPS).forEach((i) -> letTimePass()));
		this.race.run(tasks.toArray(Runnable[]::new));
		Server server = this.servers.get(this.servers.size() - 1);
		Eventually.until(() -> {
			letTimePass();
			return server.isIdle() && this.joins.stream().allMatch(CompletableFuture::isDone)
					&& Set.copyOf(this.subscriptions.acknowledged()).equals(wanted())
					&& server.channels().equals(wanted());
		});
		assertThat(this.subscriptions.areComplete()).isTrue();
		assertThat(this.subscriptions.wanted()).isEqualTo(wanted().size());
	}

	@Test
	void aJoinAfterALossIsNotDoneByAnAcknowledgementBeforeIt() {
		for (int i = 0; i < 20_000; i++) {
			Subscriptions subscriptions = new Subscriptions(this.clock);
			Silent silent = new Silent();
			subscriptions.connected(silent);
			subscriptions.want("a");
			this.race.run(() -> subscriptions.subscribed(silent, "a"), () -> subscriptions.disconnected(silent));
			assertThat(subscriptions.want("a").toCompletableFuture()).isNotDone();
		}
	}

	private void joinAndLeave() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		Set<Integer> mine = new HashSet<>();
		for (int i = 0; i < STEPS; i++) {
			int channel = random.nextInt(CHANNELS);
			if (mine.add(channel)) {
				this.members[channel].incrementAndGet();
				this.joins.add(this.subscriptions.want("c" + channel).toCompletableFuture());
			}
			else {
				mine.remove(channel);
				if (this.members[channel].decrementAndGet() == 0) {
					this.subscriptions.unwantUnless("c" + channel, () -> this.members[channel].get() > 0);
				}
			}
		}
	}

	private void reconnect() {
		for (int i = 0; i < 10; i++) {
			letTimePass();
			this.subscriptions.disconnected(this.servers.get(this.servers.size() - 1));
			connect();
		}
	}

	private void connect() {
		Server server = new Server();
		this.servers.add(server);
		this.subscriptions.connected(server);
	}

	private void letTimePass() {
		this.clock.advance(Duration.ofMillis(300));
		this.subscriptions.check();
	}

	private Set<String> wanted() {
		Set<String> wanted = new HashSet<>();
		IntStream.range(0, CHANNELS)
			.filter((channel) -> this.members[channel].get() > 0)
			.forEach((channel) -> wanted.add("c" + channel));
		return wanted;
	}

	/**
	 * Answers in order, on a thread of its own.
	 */
	private final class Server implements Subscriptions.PubSub {

		private final ExecutorService thread = Executors.newSingleThreadExecutor();

		private final AtomicInteger waiting = new AtomicInteger();

		private final Set<String> channels = new HashSet<>();

		@Override
		public void subscribe(List<String> channels) {
			List.copyOf(channels).forEach((channel) -> answer(() -> {
				change(() -> this.channels.add(channel));
				SubscriptionsRaceTests.this.subscriptions.subscribed(this, channel);
			}));
		}

		@Override
		public void unsubscribe(List<String> channels) {
			List.copyOf(channels).forEach((channel) -> answer(() -> {
				change(() -> this.channels.remove(channel));
				SubscriptionsRaceTests.this.subscriptions.unsubscribed(this, channel);
			}));
		}

		private void answer(Runnable answer) {
			this.waiting.incrementAndGet();
			this.thread.execute(() -> {
				answer.run();
				this.waiting.decrementAndGet();
			});
		}

		private synchronized void change(Runnable change) {
			change.run();
		}

		synchronized Set<String> channels() {
			return Set.copyOf(this.channels);
		}

		boolean isIdle() {
			return this.waiting.get() == 0;
		}

		void close() {
			this.thread.shutdown();
			try {
				assertThat(this.thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * Never answers.
	 */
	private static final class Silent implements Subscriptions.PubSub {

		@Override
		public void subscribe(List<String> channels) {
		}

		@Override
		public void unsubscribe(List<String> channels) {
		}

	}

}
