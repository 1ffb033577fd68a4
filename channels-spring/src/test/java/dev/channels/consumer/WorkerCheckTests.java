package dev.channels.consumer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.routing.RouteTable;
import dev.channels.routing.WorkerRoute;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WorkerCheck}.
 */
class WorkerCheckTests {

	private static final String HERE = WorkerCheckTests.class.getName() + "$";

	private static final String ONLY_EVENTS = "a worker handles nothing but events.";

	private final TestContext test = new TestContext(Answering.class, Staged.class, Idle.class, Connected.class,
			Grouped.class);

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void aWorkerReturnsNothing() {
		assertRefused(() -> work("answering"),
				"@OnEvent handler " + HERE + "Answering.job returns String, but a worker has no client to send it to",
				"Return void, or a CompletionStage or Mono to acknowledge the event later; send results with "
						+ "Channels.group(..).send(..).");
	}

	@Test
	void aWorkerReturnsAStageOfAnyKind() {
		assertThat(work("staged")).isNotNull();
	}

	@Test
	void aWorkerHandlesEvents() {
		assertRefused(() -> work("idle"),
				"Consumer 'idle' serves channels.routes[0].channel 'jobs', but has no @OnEvent handler",
				"Annotate a method with @OnEvent: " + ONLY_EVENTS);
		assertRefused(() -> workBesideAPath("idle"),
				"Consumer 'idle' serves channels.routes[0].channel 'jobs', but has no @OnEvent handler",
				"Annotate a method with @OnEvent: " + ONLY_EVENTS);
	}

	@Test
	void aWorkerHasNoHandlersOfConnections() {
		assertRefused(() -> work("connected"),
				"Consumer 'connected' serves channels.routes[0].channel 'jobs' and no path, but has what only connections "
						+ "use: @OnConnect handler " + HERE + "Connected.connect, @OnReceive handler " + HERE
						+ "Connected.receive, @OnDisconnect handler " + HERE + "Connected.disconnect",
				"Remove it, or route a path to the consumer: " + ONLY_EVENTS);
	}

	@Test
	void aWorkerHasNoGroups() {
		assertRefused(() -> work("grouped"),
				"Consumer 'grouped' serves channels.routes[0].channel 'jobs' and no path, but has what only connections "
						+ "use: groups [all, room_{room}]",
				"Remove it, or route a path to the consumer: " + ONLY_EVENTS);
	}

	@Test
	void aConsumerOfAPathMayServeAChannelToo() {
		assertThat(workBesideAPath("connected")).isNotNull();
		assertThat(workBesideAPath("grouped")).isNotNull();
	}

	private Consumers.ServedChannel work(String consumer) {
		return this.test.serve(TestContext.worker("jobs", consumer));
	}

	private Consumers.ServedChannel workBesideAPath(String consumer) {
		WorkerRoute worker = TestContext.worker("jobs", consumer);
		return this.test.consumers()
			.serve(worker, new RouteTable(List.of(TestContext.path("/ws", consumer)), List.of(worker)));
	}

	@Consumer("answering")
	static class Answering {

		@OnEvent("job")
		String job() {
			return "done";
		}

	}

	@Consumer("staged")
	static class Staged {

		@OnEvent("one")
		CompletionStage<String> one() {
			return CompletableFuture.completedStage("done");
		}

		@OnEvent("two")
		CompletableFuture<Void> two() {
			return CompletableFuture.completedFuture(null);
		}

		@OnEvent("three")
		Void three() {
			return null;
		}

	}

	@Consumer("idle")
	static class Idle {

		@OnReceive
		void receive() {
		}

	}

	@Consumer("connected")
	static class Connected {

		@OnConnect
		void connect(Connection connection) {
		}

		@OnReceive
		String receive(String text) {
			return text;
		}

		@OnDisconnect
		void disconnect() {
		}

		@OnEvent("job")
		void job() {
		}

	}

	@Consumer(name = "grouped", groups = { "all", "room_{room}" })
	static class Grouped {

		@OnEvent("job")
		void job() {
		}

	}

}
