package dev.channels.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.channels.connection.OutboundFrame.Kind;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link MessageEncoder}.
 */
class MessageEncoderTests {

	private final MessageEncoder encoder = new MessageEncoder(JsonMapper.builder().build());

	@Test
	void problemsAreWrittenAsRfc9457HasThem() {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "the room is full");
		problem.setProperty("seats", 8);
		assertThat(this.encoder.encodeProblem(problem))
			.isEqualTo("{\"title\":\"Conflict\",\"status\":409,\"detail\":\"the room is full\",\"seats\":8}");
	}

	@Test
	void sendsTextAsItIs() {
		assertText(this.encoder.encode("{\"a\""), "{\"a\"");
		assertText(this.encoder.encode(""), "");
		assertText(this.encoder.encode(new StringBuilder("built")), "built");
	}

	@Test
	void repairsText() {
		assertText(this.encoder.encode("a\ud83d"), "a\ufffd");
		assertText(this.encoder.encode(Map.of("x", "\ude00")), "{\"x\":\"\ufffd\"}");
	}

	@Test
	void sendsBytesAsBinary() {
		OutboundFrame frame = this.encoder.encode(new byte[] { 1, 2, 3 });
		assertThat(frame.kind()).isEqualTo(Kind.BINARY);
		assertThat(frame.size()).isEqualTo(3);
		assertThat(content(frame.binary())).containsExactly(1, 2, 3);
	}

	@Test
	void sendsTheRestOfABufferAndLeavesItsPosition() {
		ByteBuffer buffer = ByteBuffer.wrap(new byte[] { 0, 1, 2, 3, 4 }, 1, 3);
		OutboundFrame frame = this.encoder.encode(buffer);
		assertThat(frame.kind()).isEqualTo(Kind.BINARY);
		assertThat(content(frame.binary())).containsExactly(1, 2, 3);
		assertThat(buffer.position()).isEqualTo(1);
		assertThat(buffer.remaining()).isEqualTo(3);
	}

	@Test
	void sendsReadOnlyAndDirectBuffers() {
		ByteBuffer direct = ByteBuffer.allocateDirect(2).put(0, (byte) 7).asReadOnlyBuffer();
		assertThat(content(this.encoder.encode(direct).binary())).containsExactly(7, 0);
	}

	@Test
	void sendsAnythingElseAsJson() {
		assertText(this.encoder.encode(new Point(1, 2)), "{\"x\":1,\"y\":2}");
		assertText(this.encoder.encode(List.of(1, "a")), "[1,\"a\"]");
		assertText(this.encoder.encode(7), "7");
		assertText(this.encoder.encode(true), "true");
	}

	@Test
	void isASnapshot() {
		byte[] bytes = { 1, 2 };
		ByteBuffer buffer = ByteBuffer.wrap(bytes);
		StringBuilder text = new StringBuilder("before");
		Map<String, Object> map = new HashMap<>(Map.of("x", 1));
		OutboundFrame ofBytes = this.encoder.encode(bytes);
		OutboundFrame ofBuffer = this.encoder.encode(buffer);
		OutboundFrame ofText = this.encoder.encode(text);
		OutboundFrame ofMap = this.encoder.encode(map);
		bytes[0] = 9;
		text.append(" and after");
		map.put("x", 2);
		assertThat(content(ofBytes.binary())).containsExactly(1, 2);
		assertThat(content(ofBuffer.binary())).containsExactly(1, 2);
		assertText(ofText, "before");
		assertText(ofMap, "{\"x\":1}");
	}

	@Test
	void refusesWhatCannotBeWrittenAsJson() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.encoder.encode(new Broken()))
			.withMessageStartingWith("A message of " + Broken.class.getName() + " cannot be written as JSON: ")
			.havingCause()
			.isInstanceOf(JacksonException.class);
	}

	private static void assertText(OutboundFrame frame, String text) {
		assertThat(frame.kind()).isEqualTo(Kind.TEXT);
		assertThat(frame.text()).isEqualTo(text);
		assertThat(content(frame.utf8())).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
		assertThat(frame.size()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
	}

	private static byte[] content(ByteBuffer buffer) {
		byte[] content = new byte[buffer.remaining()];
		buffer.get(content);
		return content;
	}

	record Point(int x, int y) {

	}

	static class Broken {

		public String getName() {
			throw new IllegalStateException("broken");
		}

	}

}
