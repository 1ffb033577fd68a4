package dev.channels.edge;

import java.io.IOException;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client sees the code with which the server closes, whatever is under way.
 */
class CloseCodesIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Closer.class).route("/ws", "closer", "connection.send-timeout=5s").start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 })
	void everyCodeArrivesAfterWhatWasSent(int code) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws")) {
			client.send("close " + code);
			assertThat(client.readText()).isEqualTo("last");
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(code);
			assertThat(close.closeReason()).isEqualTo("reason");
			client.sendClose(code, "");
			assertThat(client.readsEnd()).isTrue();
		}
	}

	@Test
	void closeArrivesWhileTheClientSendsOn() throws Exception {
		Closer.release = new CountDownLatch(1);
		for (int i = 0; i < 50; i++) {
			try (RawClient client = RawClient.open(server, "/ws")) {
				// what the server has not read when it closes must not turn into a reset
				client.send("close 4001");
				sendWhileAccepted(client);
				assertThat(client.readText()).isEqualTo("last");
				assertThat(client.readClose().closeCode()).isEqualTo(4001);
			}
			try (RawClient client = RawClient.open(server, "/ws")) {
				client.send("close 1011");
				sendWhileAccepted(client);
				assertThat(client.readText()).isEqualTo("last");
				assertThat(client.readClose().closeCode()).isEqualTo(1011);
			}
		}
	}

	private static void sendWhileAccepted(RawClient client) {
		try {
			for (int i = 0; i < 50; i++) {
				client.send("x".repeat(2000));
			}
		}
		catch (IOException ex) {
			throw new AssertionError("Reset before the close was seen", ex);
		}
	}

	@Test
	void closeArrivesWhileReadingIsHeldBack() throws Exception {
		Closer.release = new CountDownLatch(1);
		try (RawClient client = RawClient.open(server, "/ws")) {
			client.send("block");
			for (int i = 0; i < 20; i++) {
				client.send("more " + "x".repeat(2000));
			}
			server.channels().group("closers").send("close", Map.of());
			Closer.release.countDown();
			assertThat(client.readClose().closeCode()).isEqualTo(1008);
			client.sendClose(1008, "");
			assertThat(client.readsEnd()).isTrue();
		}
	}

	@Test
	void clientThatClosesIsAnsweredWhileTheServerWrites() throws Exception {
		for (int i = 0; i < 50; i++) {
			try (RawClient client = RawClient.open(server, "/ws")) {
				client.send("talk");
				client.readText();
				client.sendClose(4000 + i, "");
				assertThat(client.readClose().closeCode()).isEqualTo(4000 + i);
			}
		}
	}

	@Consumer(name = "closer", groups = "closers")
	static class Closer {

		static volatile CountDownLatch release = new CountDownLatch(0);

		@OnConnect
		void connect(Connection connection) {
		}

		@OnReceive
		void receive(String text, Connection connection) throws InterruptedException {
			if (text.startsWith("close ")) {
				connection.send("last");
				connection.close(Integer.parseInt(text.substring(6)), "reason");
			}
			else if (text.equals("talk")) {
				for (int i = 0; i < 200; i++) {
					connection.send("word " + i);
				}
			}
			else if (text.equals("block")) {
				release.await(10, TimeUnit.SECONDS);
			}
		}

		@OnEvent("close")
		void close(Connection connection) {
			connection.close(1008, "");
		}

	}

}
