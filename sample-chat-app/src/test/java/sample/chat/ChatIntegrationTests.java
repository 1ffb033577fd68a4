package sample.chat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The protocol of the chat, over the socket and by REST.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class ChatIntegrationTests {

	@LocalServerPort
	private int port;

	@Test
	void everyMemberGetsTheMessage() throws Exception {
		try (ChatClient a = new ChatClient(this.port, "/ws/chat/lobby/");
				ChatClient b = new ChatClient(this.port, "/ws/chat/lobby?user=bob")) {
			a.send("{\"message\": \"hi\", \"user\": \"ann\"}");
			for (ChatClient client : new ChatClient[] { a, b }) {
				JsonNode message = client.receive();
				assertThat(message.get("message").asString()).isEqualTo("hi");
				assertThat(message.get("user").asString()).isEqualTo("ann");
				assertThat(Instant.parse(message.get("time").asString())).isBeforeOrEqualTo(Instant.now());
			}
			b.send("{\"message\": \"hello\"}");
			assertThat(a.receive().get("user").asString()).isEqualTo("bob");
			a.send("{\"message\": \"who am I?\"}");
			b.receive();
			assertThat(b.receive().get("user").asString()).isEqualTo("ann");
		}
	}

	@Test
	void nobodyElseGetsIt() throws Exception {
		try (ChatClient a = new ChatClient(this.port, "/ws/chat/a/");
				ChatClient b = new ChatClient(this.port, "/ws/chat/b/")) {
			a.send("{\"message\": \"for a\"}");
			b.send("{\"message\": \"for b\"}");
			assertThat(a.receive().get("message").asString()).isEqualTo("for a");
			assertThat(b.receive().get("message").asString()).isEqualTo("for b");
			assertThat(b.hasNothing()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			hi                          | send JSON such as {"message": "hi"}; this was a message that is no JSON
			~~                          | send JSON such as {"message": "hi"}; this was a message that cannot be read
			[]                          | send JSON such as {"message": "hi"}; this was a message that cannot be read
			null                        | send JSON such as {"message": "hi"}; this was null
			{"message": 5}              | send JSON such as {"message": "hi"}; this was a message that cannot be read
			{"message": {"a": 1}}       | send JSON such as {"message": "hi"}; this was a message that cannot be read
			{"text": "hi"}              | a message must not be blank
			{"message": "   "}          | a message must not be blank
			{"message": null}           | a message must not be blank
			""")
	void badInputIsAnsweredAndTheConnectionLives(String input, String error, CapturedOutput output) throws Exception {
		assertRefused((client) -> client.send(input), error);
		assertThat(output.getAll()).doesNotContain("ERROR").doesNotContain("\tat ");
	}

	@Test
	void longTextAndLongNamesAreRefused() throws Exception {
		assertRefused((client) -> client.send("{\"message\": \"" + "x".repeat(1001) + "\"}"),
				"a message has at most 1000 characters");
		assertRefused((client) -> client.send("{\"message\": \"hi\", \"user\": \"" + "x".repeat(41) + "\"}"),
				"a name has at most 40 characters");
	}

	@Test
	void binaryIsRefused() throws Exception {
		assertRefused((client) -> client.sendBinary(new byte[] { 1 }),
				"send JSON such as {\"message\": \"hi\"}; this was a binary message");
	}

	private void assertRefused(java.util.function.Consumer<ChatClient> input, String error) throws Exception {
		try (ChatClient bad = new ChatClient(this.port, "/ws/chat/refused/");
				ChatClient other = new ChatClient(this.port, "/ws/chat/refused/")) {
			input.accept(bad);
			assertThat(bad.receive().get("error").asString()).startsWith(error);
			bad.send("{\"message\": \"still here\"}");
			assertThat(bad.receive().get("message").asString()).isEqualTo("still here");
			assertThat(other.receive().get("message").asString()).isEqualTo("still here");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/chat/", "/ws/chat/a%20b/", "/ws/chat/a/b", "/ws/other/" })
	void otherPathsAreNotFound(String path) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> new ChatClient(this.port, path))
			.havingRootCause()
			.withMessageContaining("404");
	}

	@Test
	void workerCountsWords() throws Exception {
		try (ChatClient client = new ChatClient(this.port, "/ws/chat/words/")) {
			client.send("{\"message\": \"/count one two  three\"}");
			assertThat(client.receive().get("message").asString()).isEqualTo("/count one two  three");
			JsonNode result = client.receive();
			assertThat(result.get("message").asString()).isEqualTo("3 words");
			assertThat(result.get("user").asString()).isEqualTo("word counter");
		}
	}

	@Test
	void restPostsIntoARoom() throws Exception {
		try (ChatClient client = new ChatClient(this.port, "/ws/chat/rest/")) {
			assertThat(post("/rooms/rest/messages", "{\"message\": \"from outside\"}")).isEqualTo(202);
			JsonNode message = client.receive();
			assertThat(message.get("message").asString()).isEqualTo("from outside");
			assertThat(message.get("user").asString()).isEqualTo("rest");
			assertThat(post("/rooms/rest/messages", "{\"message\": \"\"}")).isEqualTo(400);
			assertThat(post("/rooms/rest/messages", "no JSON")).isEqualTo(400);
			assertThat(post("/rooms/a%20b/messages", "{\"message\": \"hi\"}")).isEqualTo(400);
		}
	}

	private int post(String path, String body) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(body))
				.build(), HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

}
