package dev.channels.websocket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link SendBuffer}.
 */
class SendBufferTests {

	@Test
	void setsTheSize() throws IOException {
		try (SocketChannel channel = SocketChannel.open()) {
			SendBuffer.limit(channel, DataSize.ofKilobytes(32));
			// Linux counts its own costs as well
			assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF)).isBetween(32 * 1024, 64 * 1024);
		}
	}

	@Test
	void leavesItToTheSystemIfZero() throws IOException {
		try (SocketChannel channel = SocketChannel.open()) {
			int before = channel.getOption(StandardSocketOptions.SO_SNDBUF);
			SendBuffer.limit(channel, DataSize.ofBytes(0));
			assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF)).isEqualTo(before);
		}
	}

	@Test
	void doesWithoutWhereThereIsNone() throws IOException {
		SocketChannel closed = SocketChannel.open();
		closed.close();
		try (ServerSocketChannel other = ServerSocketChannel.open()) {
			assertThatCode(() -> {
				SendBuffer.limit(closed, DataSize.ofKilobytes(32));
				SendBuffer.limit(other, DataSize.ofKilobytes(32));
				SendBuffer.limit("no socket", DataSize.ofKilobytes(32));
				SendBuffer.limit(null, DataSize.ofKilobytes(32));
			}).doesNotThrowAnyException();
		}
	}

}
