package dev.channels.benchmarks.driver;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.benchmarks.load.Scenario;
import io.netty.channel.EventLoop;
import org.HdrHistogram.Histogram;

/**
 * Clients that connect, join, and close as soon as they are in. Runs on the event loop
 * alone.
 */
final class Churn implements ChatListener {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final Scenario scenario;

	private final Connector connector;

	private final EventLoop loop;

	private final int clients;

	private final FaultCounter faults;

	private final Histogram handshakes = new Histogram(3);

	private final CompletableFuture<Churn> end = new CompletableFuture<>();

	private int begun;

	private int ended;

	private int seenByWatch = -1;

	Churn(Scenario scenario, int clients, Connector connector, EventLoop loop, FaultCounter faults) {
		this.scenario = scenario;
		this.clients = clients;
		this.connector = connector;
		this.loop = loop;
		this.faults = faults;
	}

	Histogram handshakes() {
		return this.handshakes;
	}

	int ended() {
		return this.ended;
	}

	/**
	 * Let all clients come and go.
	 * @return completes when the last has gone
	 */
	CompletableFuture<Churn> run() {
		this.loop.execute(() -> {
			for (int i = 0; i < this.scenario.amount(); i++) {
				next();
			}
			watch();
		});
		return this.end;
	}

	private void next() {
		if (this.begun < this.clients) {
			int index = this.begun++;
			this.connector.connect(index % this.scenario.rooms(), index, this);
		}
	}

	private void watch() {
		if (this.end.isDone()) {
			return;
		}
		if (this.ended == this.seenByWatch) {
			this.faults.broken += this.begun - this.ended;
			this.end.complete(this);
			return;
		}
		this.seenByWatch = this.ended;
		this.loop.schedule(this::watch, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public void joined(ChatClient client) {
		this.handshakes.recordValue(client.handshakeNanos());
		client.close();
	}

	@Override
	public void received(ChatClient client, int room, int number) {
		this.faults.misdirected++;
	}

	@Override
	public void closed(ChatClient client, boolean cleanly) {
		this.ended++;
		if (!cleanly) {
			this.faults.broken++;
		}
		if (this.ended == this.clients) {
			this.end.complete(this);
		}
		else {
			next();
		}
	}

}
