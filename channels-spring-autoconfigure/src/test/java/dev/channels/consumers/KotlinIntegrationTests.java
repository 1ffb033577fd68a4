package dev.channels.consumers;

import java.util.List;
import java.util.Map;

import dev.channels.kotlin.ConsumersKt;
import dev.channels.kotlin.MembersOnly;
import dev.channels.kotlin.Plain;
import dev.channels.kotlin.Suspending;
import dev.channels.kotlin.Worker;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import kotlin.Unit;
import kotlinx.coroutines.CompletableDeferredKt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Consumers written in Kotlin.
 */
class KotlinIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Suspending.class, Plain.class, MembersOnly.class, Worker.class)
			.route("/ws/suspending", "suspending")
			.route("/ws/plain", "plain")
			.route("/ws/members", "members-only")
			.worker("jobs", "worker")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void reset() {
		ConsumersKt.getGate().complete(Unit.INSTANCE);
		await().until(() -> server.connections() == 0);
		ConsumersKt.getHappened().clear();
		ConsumersKt.setGate(CompletableDeferredKt.CompletableDeferred(Unit.INSTANCE));
	}

	@Test
	void aSuspendFunctionDecidesTheHandshake() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/suspending?token=bad")) {
			assertThat(client.status()).isEqualTo(403);
		}
		try (RawClient client = RawClient.open(server, "/ws/suspending")) {
			assertThat(client.readText()).isEqualTo("welcome none");
		}
	}

	@Test
	void suspendFunctionsHandleMessagesAndEvents() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/suspending?token=t")) {
			assertThat(client.readText()).isEqualTo("welcome t");
			client.send("{\"type\":\"say\",\"text\":\"ab\"}");
			assertThat(client.readText()).isEqualTo("{\"text\":\"abab\"}");
			client.send("{\"type\":\"ping\"}").send("{\"type\":\"numbers\"}");
			assertThat(client.readText()).isEqualTo("1");
			assertThat(client.readText()).isEqualTo("2");
			assertThat(ConsumersKt.getHappened()).containsExactly("ping");
			client.send("{\"type\":\"fail\"}");
			assertThat(client.readText()).isEqualTo("handled late");
		}
	}

	@Test
	void suspendFunctionsOfOneConnectionDoNotOverlap() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/suspending")) {
			client.readText();
			for (int i = 0; i < 10; i++) {
				client.send("{\"type\":\"count\"}");
			}
			for (int i = 1; i <= 10; i++) {
				assertThat(client.readText()).isEqualTo(String.valueOf(i));
			}
		}
	}

	@Test
	void aSuspendFunctionGoesOnWhereHandlersRun() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/suspending")) {
			client.readText();
			client.send("{\"type\":\"thread\"}");
			assertThat(client.readText()).doesNotContain("kotlinx");
		}
	}

	@Test
	void disconnectRunsToItsEnd() throws Exception {
		ConsumersKt.setGate(CompletableDeferredKt.CompletableDeferred(null));
		try (RawClient client = RawClient.open(server, "/ws/suspending")) {
			client.readText();
			client.sendClose(4000, "");
			await().until(() -> ConsumersKt.getHappened().contains("closing 4000"));
			assertThat(server.connections()).isOne();
		}
		ConsumersKt.getGate().complete(Unit.INSTANCE);
		await().untilAsserted(() -> assertThat(ConsumersKt.getHappened()).contains("closed 4000"));
		await().until(() -> server.connections() == 0);
	}

	@Test
	void defaultArgumentsAreUsed() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/plain")) {
			assertThat(client.readText()).isEqualTo("3 nobody null");
			client.send("hi");
			assertThat(client.readText()).isEqualTo("hi 7 true");
		}
		try (RawClient client = RawClient.open(server, "/ws/plain?count=5&name=ann&note=n&limit=1")) {
			assertThat(client.readText()).isEqualTo("5 ann n");
			client.send("hi");
			assertThat(client.readText()).isEqualTo("hi 1 true");
		}
		try (RawClient client = RawClient.request(server, "/ws/plain?count=many")) {
			assertThat(client.status()).isEqualTo(400);
		}
	}

	@Test
	void aPrincipalThatIsNeverNullRefusesAnonymousClients() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/members")) {
			assertThat(client.status()).isEqualTo(401);
		}
	}

	@Test
	void aWorkerAwaitsASuspendFunction() {
		ConsumersKt.setGate(CompletableDeferredKt.CompletableDeferred(null));
		server.channels().channel("jobs").send("job", Map.of());
		server.channels().channel("jobs").send("job", Map.of());
		await().until(() -> ConsumersKt.getHappened().contains("job begins"));
		assertThat(jobs()).containsExactly("job begins");
		ConsumersKt.getGate().complete(Unit.INSTANCE);
		await().untilAsserted(
				() -> assertThat(jobs()).containsExactly("job begins", "job ends", "job begins", "job ends"));
	}

	private static List<String> jobs() {
		return ConsumersKt.getHappened().stream().filter((line) -> line.startsWith("job")).toList();
	}

}
