package dev.channels.consumers;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.channels.Connection;
import dev.channels.ConnectionRejectedException;
import dev.channels.Consumer;
import dev.channels.EventType;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What handlers return or throw, as it is in a controller.
 */
class ResultsIntegrationTests {

	private static TestServer server;

	private static final List<String> happened = new CopyOnWriteArrayList<>();

	private static volatile Sinks.Empty<Void> gate = Sinks.empty();

	@BeforeAll
	static void start() {
		server = TestServer.with(Reactive.class, Shapes.class, Guarded.class)
			.route("/ws/reactive/{how}", "reactive")
			.route("/ws/shapes", "shapes")
			.route("/ws/guarded/{how}", "guarded")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void reset() {
		gate.tryEmitEmpty();
		await().until(() -> server.connections() == 0);
		happened.clear();
		gate = Sinks.empty();
	}

	@Test
	void aMonoDecidesTheHandshake() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/reactive/refuse")) {
			assertThat(client.status()).isEqualTo(403);
		}
		try (RawClient client = RawClient.open(server, "/ws/reactive/accept")) {
			assertThat(client.readText()).isEqualTo("welcome");
		}
	}

	@Test
	void aMonoHoldsTheNextMessage() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/reactive/accept")) {
			client.readText();
			client.send("first").send("second");
			await().until(() -> happened.contains("begin first"));
			// a whole round trip of another connection
			try (RawClient other = RawClient.open(server, "/ws/reactive/accept")) {
				other.readText();
			}
			assertThat(handled()).containsExactly("begin first");
			gate.tryEmitEmpty();
			await().until(() -> happened.contains("end second"));
			assertThat(handled()).containsExactly("begin first", "end first", "begin second", "end second");
		}
	}

	private static List<String> handled() {
		return happened.stream().filter((line) -> line.matches("(begin|end) .*")).toList();
	}

	@Test
	void aMonoRunsToItsEndOnDisconnect() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/reactive/accept")) {
			client.readText();
		}
		await().until(() -> happened.contains("leaving"));
		assertThat(happened).containsExactly("leaving");
		gate.tryEmitEmpty();
		await().untilAsserted(() -> assertThat(happened).containsExactly("leaving", "left", "destroyed"));
	}

	@Test
	void anEndlessFluxEndsWhenTheServerCloses() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/reactive/accept")) {
			client.readText();
			client.send("endless");
			assertThat(client.readText()).isEqualTo("tick");
			client.send("close");
			assertThat(client.readClose().closeCode()).isEqualTo(4000);
		}
		await().until(() -> happened.contains("cancelled"));
	}

	@ParameterizedTest
	@CsvSource({ "list, '[{\"kind\":\"Circle\",\"r\":1}]'", "flux, '[{\"kind\":\"Circle\",\"r\":1}]'" })
	void containersKeepTypeIds(String type, String json) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/shapes")) {
			client.send("{\"type\":\"" + type + "\"}");
			assertThat(client.readText()).isEqualTo(json);
		}
	}

	@Test
	void aGenericEventIsDelivered() throws Exception {
		long drops = server.drops(DropReason.UNDECODABLE);
		try (RawClient client = RawClient.open(server, "/ws/shapes")) {
			server.channels().group("shapes").send(new Envelope<Shape>(new Circle(7)));
			assertThat(client.readText()).isEqualTo("{\"data\":{\"kind\":\"Circle\",\"r\":7}}");
		}
		assertThat(server.drops(DropReason.UNDECODABLE)).isEqualTo(drops);
	}

	@ParameterizedTest
	@CsvSource({ "missing, 404", "gone, 410", "denied, 403" })
	void aRefusalInConnectIsItsStatus(String how, int status) throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/guarded/" + how)) {
			assertThat(client.status()).isEqualTo(status);
		}
	}

	@Test
	void aRefusedMessageIsAnsweredAndTheConnectionLives() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/guarded/open")) {
			client.send("denied");
			assertThat(client.readText())
				.isEqualTo("{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403}");
			client.send("missing");
			assertThat(client.readText())
				.isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}");
			client.send("hi");
			assertThat(client.readText()).isEqualTo("hi");
		}
	}

	@Test
	void aNameMadeOfAClientsTextClosesWithPolicyViolation() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/guarded/open")) {
			client.send("join no such group");
			assertThat(client.readClose().closeCode()).isEqualTo(1008);
		}
	}

	@Consumer("reactive")
	static class Reactive implements AutoCloseable {

		@OnConnect
		Mono<String> connect(@PathVariable String how) {
			return how.equals("refuse")
					? Mono.delay(Duration.ofMillis(50)).then(Mono.error(new ConnectionRejectedException(403)))
					: Mono.delay(Duration.ofMillis(5)).thenReturn("welcome");
		}

		@OnReceive
		Object receive(String text, Connection connection) {
			return switch (text) {
				case "endless" -> Flux.interval(Duration.ofMillis(1))
					.onBackpressureDrop()
					.map((tick) -> "tick")
					.doOnCancel(() -> happened.add("cancelled"));
				case "close" -> {
					connection.close(4000);
					yield null;
				}
				default -> Mono.fromRunnable(() -> happened.add("begin " + text))
					.then(gate.asMono())
					.then(Mono.fromRunnable(() -> happened.add("end " + text)));
			};
		}

		@OnDisconnect
		Mono<Void> disconnect() {
			return Mono.fromRunnable(() -> happened.add("leaving"))
				.then(gate.asMono())
				.then(Mono.fromRunnable(() -> happened.add("left")));
		}

		@Override
		public void close() {
			if (happened.contains("left")) {
				happened.add("destroyed");
			}
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "kind")
	sealed interface Shape {

	}

	record Circle(int r) implements Shape {

	}

	@EventType("envelope")
	record Envelope<T>(T data) {

	}

	@Consumer(name = "shapes", groups = "shapes")
	static class Shapes {

		@OnReceive("list")
		List<Shape> list() {
			return List.of(new Circle(1));
		}

		@OnReceive("flux")
		Flux<List<Shape>> flux() {
			return Flux.just(List.of(new Circle(1)));
		}

		@OnEvent
		Envelope<Shape> envelope(Envelope<Shape> envelope) {
			return envelope;
		}

	}

	@ResponseStatus(HttpStatus.GONE)
	static class GoneException extends RuntimeException {

	}

	@Consumer("guarded")
	static class Guarded {

		@OnConnect
		void connect(@PathVariable String how) {
			refuse(how);
		}

		@OnReceive
		String receive(String text, Connection connection) {
			refuse(text);
			if (text.startsWith("join ")) {
				connection.join(text.substring(5));
			}
			return text;
		}

		private static void refuse(String how) {
			switch (how) {
				case "missing" -> throw new ResponseStatusException(HttpStatus.NOT_FOUND, "s3cr3t");
				case "gone" -> throw new GoneException();
				case "denied" -> throw new AccessDeniedException("s3cr3t");
				default -> {
				}
			}
		}

	}

}
