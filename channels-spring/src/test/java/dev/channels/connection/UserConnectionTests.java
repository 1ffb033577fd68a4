package dev.channels.connection;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;

import dev.channels.CloseStatus;
import dev.channels.InvalidNameException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link UserConnection}.
 */
class UserConnectionTests {

	private final TestNode node = new TestNode();

	private final RecordingHandler handler = new RecordingHandler();

	private final FakeTransport transport = new FakeTransport();

	private ConnectionRuntime runtime;

	@AfterEach
	void release() {
		this.node.close();
	}

	@Test
	void knowsItsHandshake() {
		ServerConnection connection = connect(Handshakes.offering(List.of("v1", "v2"), "v2"));
		assertThat(connection.channelName()).isEqualTo(this.runtime.channelName().value());
		assertThat(connection.uri()).isEqualTo(URI.create("ws://localhost/chat/lobby?token=secret"));
		assertThat(connection.headers().getFirst("User-Agent")).isEqualTo("test");
		assertThat(connection.cookies()).isEqualTo(Map.of("theme", "dark"));
		assertThat(connection.queryParams()).isEqualTo(Map.of("token", List.of("secret")));
		assertThat(connection.pathVariables()).isEqualTo(Map.of("room", "lobby"));
		assertThat(connection.sessionAttributes()).isEqualTo(Map.of("cart", 3));
		assertThat(connection.offeredSubprotocols()).containsExactly("v1", "v2");
		assertThat(connection.subprotocol()).isEqualTo("v2");
		assertThat(connection.remoteAddress()).isEqualTo(new InetSocketAddress("localhost", 4711));
		assertThat(connection.principal()).isNull();
		assertThat(connect(Handshakes.ofUser("ann")).principal().getName()).isEqualTo("ann");
	}

	@Test
	void hasAttributesOfItsOwn() {
		ServerConnection first = connect(Handshakes.anonymous());
		ServerConnection second = connect(Handshakes.anonymous());
		first.attributes().put("name", "ann");
		assertThat(first.attributes()).isEqualTo(Map.of("name", "ann"));
		assertThat(second.attributes()).isEmpty();
	}

	@Test
	void saysNoMoreThanItsPath() {
		assertThat(connect(Handshakes.anonymous())).hasToString(this.runtime.toString());
	}

	@Test
	void joinsAndLeaves() {
		ServerConnection connection = connect(Handshakes.anonymous());
		assertThat(connection.join("room")).isCompleted();
		assertThat(connection.groups()).containsExactly("room");
		assertThat(this.node.isMember("room", this.runtime)).isTrue();
		assertThat(connection.leave("room")).isCompleted();
		assertThat(connection.groups()).isEmpty();
		assertThat(this.node.isMember("room", this.runtime)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "room!", "r\u00e4um" })
	void refusesIllegalGroups(String name) {
		ServerConnection connection = connect(Handshakes.anonymous());
		String message = "Group name '" + name.replaceAll("\\P{Print}", "?")
				+ "' is not legal: use 1 to 99 ASCII letters, digits, hyphens, underscores or periods";
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> connection.join(name))
			.withMessage(message);
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> connection.leave(name))
			.withMessage(message);
		assertThat(connection.groups()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 999, 1004, 1005, 1006, 1010, 1015, 1016, 2999, 5000 })
	void refusesCodesThatCannotBeSent(int code) {
		ServerConnection connection = open();
		assertThatIllegalArgumentException().isThrownBy(() -> connection.close(code))
			.withMessage("A server cannot close with code " + code
					+ ": use 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999");
		assertThat(connection.isOpen()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "x, 124, 123", "\u20ac, 42, 41", "\ud83d\ude00, 31, 30" })
	void sendsAsMuchOfAReasonAsFits(String character, int length, int sent) {
		open().close(4000, character.repeat(length));
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(4000, character.repeat(sent)));
	}

	@Test
	void repairsAReason() {
		open().close(4000, "a\ud83d");
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(4000, "a?"));
	}

	@Test
	void closesOnce() {
		ServerConnection connection = open();
		connection.close(4001, "first");
		connection.close(4002, "second");
		assertThat(connection.isOpen()).isFalse();
		this.handler.awaitDestroyed();
		assertThat(this.transport.written()).containsExactly("CLOSE");
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(4001, "first"));
	}

	@Test
	void closesWith1000IfNotToldOtherwise() {
		open().close();
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1000, ""));
	}

	@Test
	void decidesAboutTheHandshake() {
		Handshake handshake = Handshakes.offering(List.of("v1"), null);
		HttpHeaders headers = new HttpHeaders();
		headers.add("X-Node", "n1");
		this.handler.onConnect(() -> {
			this.handler.connection().accept("v1", headers);
			return null;
		});
		HandshakeResult accepted = TestNode.connect(this.node.create(handshake, this.handler));
		assertThat(accepted).isEqualTo(new HandshakeResult(101, "v1", headers));
		this.handler.onConnect(() -> {
			this.handler.connection().reject(429, headers);
			return null;
		});
		HandshakeResult rejected = TestNode.connect(this.node.create(handshake, this.handler));
		assertThat(rejected).isEqualTo(new HandshakeResult(429, null, headers));
	}

	@Test
	void decidesNothingOnceItIsOpen() {
		ServerConnection connection = open();
		assertThatIllegalStateException().isThrownBy(() -> connection.reject(403))
			.withMessage("Cannot reject the connection: it was accepted before "
					+ "(an @OnConnect handler that returns accepts)");
		assertThatIllegalStateException().isThrownBy(connection::accept)
			.withMessage("Cannot accept the connection: it was accepted before "
					+ "(an @OnConnect handler that returns accepts)");
	}

	@Test
	void refusesToSendWhatCannotBeWritten() {
		ServerConnection connection = open();
		assertThatIllegalArgumentException().isThrownBy(() -> connection.send(new MessageEncoderTests.Broken()))
			.withMessageStartingWith(
					"A message of " + MessageEncoderTests.Broken.class.getName() + " cannot be written as JSON: ");
		assertThat(connection.isOpen()).isTrue();
	}

	private ServerConnection connect(Handshake handshake) {
		this.runtime = this.node.create(handshake, this.handler);
		assertThat(TestNode.connect(this.runtime).accepted()).isTrue();
		return this.handler.connection();
	}

	private ServerConnection open() {
		this.runtime = this.node.open(this.handler, this.transport);
		return this.handler.connection();
	}

}
