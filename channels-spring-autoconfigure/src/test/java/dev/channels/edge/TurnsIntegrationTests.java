package dev.channels.edge;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is sent during a turn of a handler goes out although the turn does not end.
 */
class TurnsIntegrationTests {

	private TestServer server;

	@BeforeEach
	void start() {
		Blocked.release = new CountDownLatch(1);
		this.server = TestServer.with(Blocked.class)
			.route("/ws", "blocked", "connection.ping-interval=0s")
			.route("/pinged", "blocked", "connection.ping-interval=100ms")
			.start();
	}

	@AfterEach
	void stop() {
		Blocked.release.countDown();
		this.server.close();
	}

	@Test
	void whatAHandlerSendsBeforeItBlocksGoesOut() throws Exception {
		try (RawClient client = RawClient.open(this.server, "/ws")) {
			client.send("block");
			assertThat(client.readText()).isEqualTo("please wait");
			assertThat(Blocked.release.getCount()).as("is still blocked").isOne();
			Blocked.release.countDown();
			assertThat(client.readText()).isEqualTo("done");
		}
	}

	@Test
	void soDoesTheAnswerOfTheEntryBefore() throws Exception {
		try (RawClient client = RawClient.open(this.server, "/ws")) {
			this.server.channels().group("all").send("echo", Map.of("text", "first"));
			this.server.channels().group("all").send("block", Map.of());
			assertThat(client.readText()).isEqualTo("first");
			assertThat(Blocked.release.getCount()).isOne();
		}
	}

	@Test
	void soDoesWhatOthersSend() throws Exception {
		try (RawClient client = RawClient.open(this.server, "/ws")) {
			client.send("block");
			assertThat(client.readText()).isEqualTo("please wait");
			Blocked.connection.send("from elsewhere");
			assertThat(client.readText()).isEqualTo("from elsewhere");
			assertThat(Blocked.release.getCount()).isOne();
		}
	}

	@Test
	void soDoPings() throws Exception {
		try (RawClient client = RawClient.open(this.server, "/pinged")) {
			client.send("block");
			Frame frame = client.readFrame();
			while (frame.opcode() != Frame.TEXT) {
				frame = client.readFrame();
			}
			assertThat(frame.text()).isEqualTo("please wait");
			client.send(Frame.PONG, true, new byte[0]);
			assertThat(client.readFrame().opcode()).isEqualTo(Frame.PING);
			assertThat(Blocked.release.getCount()).isOne();
		}
	}

	@Test
	void orderIsKept() throws Exception {
		try (RawClient client = RawClient.open(this.server, "/ws")) {
			for (int i = 0; i < 1000; i++) {
				this.server.channels().group("all").send("both", Map.of("text", i));
				if (i % 100 == 99) {
					for (int j = i - 99; j <= i; j++) {
						assertThat(client.readText()).isEqualTo("sent " + j);
						assertThat(client.readText()).isEqualTo("returned " + j);
					}
				}
			}
		}
	}

	@Consumer("blocked")
	static class Blocked {

		static volatile CountDownLatch release = new CountDownLatch(0);

		static volatile Connection connection;

		@OnConnect
		void connect(Connection connection) {
			Blocked.connection = connection;
			connection.join("all");
		}

		@OnReceive
		String receive(String text, Connection connection) throws InterruptedException {
			connection.send("please wait");
			release.await(20, TimeUnit.SECONDS);
			return "done";
		}

		@OnEvent("echo")
		String echo(Map<String, Object> event) {
			return (String) event.get("text");
		}

		@OnEvent("block")
		void block() throws InterruptedException {
			release.await(20, TimeUnit.SECONDS);
		}

		@OnEvent("both")
		String both(Map<String, Object> event, Connection connection) {
			connection.send("sent " + event.get("text"));
			return "returned " + event.get("text");
		}

	}

}
