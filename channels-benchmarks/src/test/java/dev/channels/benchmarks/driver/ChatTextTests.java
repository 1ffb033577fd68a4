package dev.channels.benchmarks.driver;

import java.nio.charset.StandardCharsets;

import dev.channels.benchmarks.load.Scenario;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ChatText}.
 */
class ChatTextTests {

	@Test
	void isFoundInWhatEachProtocolMakesOfIt() {
		String text = ChatText.of(199, 44_999);
		assertThat(text).hasSize(Scenario.TEXT_LENGTH);
		assertThat(read(new JsonProtocol().say(199, text))).containsExactly(199, 44_999);
		assertThat(read(new StompProtocol().say(199, text))).containsExactly(199, 44_999);
	}

	@Test
	void probesHaveNoNumber() {
		assertThat(read(ChatText.of(7, ChatText.PROBE))).containsExactly(7, ChatText.PROBE);
	}

	@Test
	void isNotFoundInWhatElseAServerSays() {
		assertThat(ChatText.begin(bytes("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0"))).isNegative();
	}

	private static int[] read(String frame) {
		ByteBuf bytes = bytes(frame);
		long result = ChatText.read(bytes, ChatText.begin(bytes));
		return new int[] { (int) (result >>> Integer.SIZE), (int) result };
	}

	private static ByteBuf bytes(String text) {
		return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
	}

}
