package dev.channels.consumers;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What handlers return, and how it is sent.
 */
class ReturnedValuesIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Returns.class)
			.route("/ws/returns", "returns", "connection.outbound-limit=32KB")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			nothing      |
			null         |
			text         | text
			json         | {"a":[1,null]}
			stage        | from a stage
			stage-json   | {"a":1}
			empty-stage  |
			""")
	void returnedValueIsSent(String what, String answer) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			client.send(what);
			if (answer != null) {
				assertThat(client.readText()).isEqualTo(answer);
			}
			// publishers are not waited for
			assertThat(client.send("end").readText()).isEqualTo("the end");
		}
	}

	/**
	 * The next message does not wait for a publisher of many, which may have no end.
	 */
	@Test
	void whatAReturnedPublisherEmitsIsSent() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			assertThat(client.send("mono").readText()).isEqualTo("from a mono");
		}
	}

	@Test
	void returnedBytesAreSentAsBinary() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			assertThat(client.send("bytes").readMessage().payload()).containsExactly(1, 2);
			assertThat(client.send("buffer").readMessage().payload()).containsExactly(3, 4);
		}
	}

	@ParameterizedTest
	@CsvSource({ "stream", "flux", "flow", "int-stream" })
	void elementsAreSentOneByOne(String what) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			client.send(what);
			for (int i = 0; i < 1000; i++) {
				assertThat(client.readText()).isEqualTo(what.equals("int-stream") ? "" + i : "element " + i);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "endless-stream", "endless-flux", "blocking-stream" })
	void endlessAnswersStopWhenTheClientGoes(String what) throws Exception {
		Returns.closed.set(false);
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			client.send(what);
			client.readText();
			// other messages are handled beside it
			client.send("end");
			String text = client.readText();
			while (!text.equals("the end")) {
				text = client.readText();
			}
		}
		await().until(Returns.closed::get);
		await().untilAsserted(() -> assertThat(server.connections()).isZero());
	}

	@Test
	void endlessAnswersWaitForAClientThatDoesNotRead() throws Exception {
		Returns.produced.set(0);
		try (RawClient client = RawClient.openDeaf(server, "/ws/returns")) {
			client.send("counted-flux");
			await().until(() -> Returns.produced.get() > 10);
			int[] last = { -1 };
			await().pollInterval(java.time.Duration.ofMillis(500)).until(() -> {
				int count = Returns.produced.get();
				boolean same = count == last[0];
				last[0] = count;
				return same;
			});
			assertThat(Returns.produced.get()).isLessThan(20_000);
			for (int i = 0; i < 1000; i++) {
				client.readText();
			}
		}
	}

	@Consumer("returns")
	static class Returns {

		static final AtomicBoolean closed = new AtomicBoolean();

		static final AtomicInteger produced = new AtomicInteger();

		@OnReceive
		Object receive(String what, Connection connection) {
			return switch (what) {
				case "text" -> new StringBuilder("text");
				case "json" -> Map.of("a", Arrays.asList(1, null));
				case "bytes" -> new byte[] { 1, 2 };
				case "buffer" -> ByteBuffer.wrap(new byte[] { 3, 4 });
				case "stage" -> CompletableFuture.supplyAsync(() -> "from a stage",
						CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
				case "stage-json" -> CompletableFuture.completedStage(Map.of("a", 1));
				case "empty-stage" -> CompletableFuture.completedStage(null);
				case "mono" -> Mono.just("from a mono").map((text) -> text);
				case "stream" -> IntStream.range(0, 1000).mapToObj((i) -> "element " + i);
				case "int-stream" -> IntStream.range(0, 1000);
				case "flux" -> Flux.range(0, 1000).map((i) -> "element " + i);
				case "flow" -> flow();
				case "endless-stream" -> Stream.generate(() -> "more").onClose(() -> closed.set(true));
				case "endless-flux" -> Flux.generate((sink) -> sink.next("more")).doOnCancel(() -> closed.set(true));
				case "blocking-stream" -> blocking();
				case "counted-flux" ->
					Flux.generate((sink) -> sink.next("n" + produced.incrementAndGet() + "x".repeat(1000)));
				case "end" -> "the end";
				default -> null;
			};
		}

		private static Stream<String> blocking() {
			LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>(List.of("first"));
			return Stream.generate(() -> {
				try {
					return queue.take();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException("interrupted as expected");
				}
			}).onClose(() -> closed.set(true));
		}

		private static Flow.Publisher<String> flow() {
			SubmissionPublisher<String> publisher = new SubmissionPublisher<>();
			CompletableFuture.runAsync(() -> {
				await().until(() -> publisher.hasSubscribers());
				for (int i = 0; i < 1000; i++) {
					publisher.submit("element " + i);
				}
				publisher.close();
			});
			return publisher;
		}

	}

}
