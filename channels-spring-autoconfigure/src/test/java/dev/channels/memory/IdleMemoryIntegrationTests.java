package dev.channels.memory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.Test;

import org.springframework.web.bind.annotation.PathVariable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a connection costs that only listens, with its client's end. The bounds have room
 * for noise, and none for a buffer that does not come out as small as it should: a new
 * version of a server that changes them fails here.
 */
class IdleMemoryIntegrationTests {

	private static final int CONNECTIONS = 1000;

	private static final int MAX_BYTES_TOMCAT = 44 * 1024;

	private static final int MAX_BYTES_JETTY = 22 * 1024;

	private final ByteBuffer response = ByteBuffer.allocate(1024);

	@Test
	void aConnectionThatOnlyListensIsCheap() throws IOException {
		List<SocketChannel> clients = new ArrayList<>();
		try (TestServer server = TestServer.with(Listener.class)
			.route("/ws/{room}", "listener")
			.property("channels.connection.ping-interval=0s")
			.start()) {
			open(server, 100, clients);
			long before = usedHeap();
			open(server, CONNECTIONS, clients);
			long perConnection = (usedHeap() - before) / CONNECTIONS;
			assertThat(perConnection)
				.isLessThan(server.serverName().equals("tomcat") ? MAX_BYTES_TOMCAT : MAX_BYTES_JETTY);
		}
		finally {
			for (SocketChannel client : clients) {
				client.close();
			}
		}
	}

	private void open(TestServer server, int count, List<SocketChannel> clients) throws IOException {
		for (int i = 0; i < count; i++) {
			clients.add(open(server, "/ws/room" + i / 10));
		}
		assertThat(server.connections()).isEqualTo(clients.size());
	}

	private SocketChannel open(TestServer server, String path) throws IOException {
		SocketChannel client = SocketChannel.open(new InetSocketAddress("localhost", server.port()));
		client.write(StandardCharsets.ISO_8859_1.encode("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
				+ "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
				+ RawClient.KEY + "\r\nUser-Agent: a client with a name of usual length\r\n\r\n"));
		String answer = "";
		while (!answer.endsWith("\r\n\r\n")) {
			this.response.clear();
			assertThat(client.read(this.response)).isPositive();
			answer += StandardCharsets.ISO_8859_1.decode(this.response.flip());
		}
		assertThat(answer).startsWith("HTTP/1.1 101");
		return client;
	}

	/**
	 * Return the least of several collections: what reference queues hold needs more than
	 * one.
	 */
	private static long usedHeap() {
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 4; i++) {
			System.gc();
			used = Math.min(used, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return used;
	}

	@Consumer("listener")
	static class Listener {

		@OnConnect
		void connect(Connection connection, @PathVariable String room) {
			connection.join(room);
		}

		@OnEvent("chat.message")
		String message(String text) {
			return text;
		}

	}

}
