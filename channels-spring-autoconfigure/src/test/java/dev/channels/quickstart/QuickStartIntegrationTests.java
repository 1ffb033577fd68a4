package dev.channels.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.test.MarkdownPage;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The quick start of the README: it is what is compiled here, and it works.
 */
class QuickStartIntegrationTests {

	private static final Path SOURCE = Path.of("src/test/java/dev/channels/quickstart/ChatConsumer.java");

	@Test
	void readmeShowsWhatIsCompiled() throws IOException {
		String source = Files.readString(SOURCE)
			.replaceAll("(?s).*// tag::quickstart\\[]\n|// end::quickstart\\[].*", "");
		assertThat(withoutBlankLines(blockOf("java"))).isEqualTo(withoutBlankLines(source));
	}

	@Test
	void membersChat() throws Exception {
		Matcher route = Pattern.compile("- path: (\\S+)\\s+consumer: (\\S+)").matcher(blockOf("yaml"));
		assertThat(route.find()).isTrue();
		try (TestServer server = TestServer.with(ChatConsumer.class).route(route.group(1), route.group(2)).start();
				RawClient a = RawClient.open(server, "/ws/chat/lobby");
				RawClient b = RawClient.open(server, "/ws/chat/lobby/")) {
			a.send("{\"message\": \"hi\"}");
			assertThat(a.readText()).isEqualTo("{\"message\":\"hi\"}");
			assertThat(b.readText()).isEqualTo("{\"message\":\"hi\"}");
			server.channels().group("chat_lobby").send(new ChatMessage("from anywhere"));
			assertThat(b.readText()).isEqualTo("{\"message\":\"from anywhere\"}");
		}
	}

	private static String blockOf(String language) throws IOException {
		return MarkdownPage.read("README.md").blocks(language).get(0);
	}

	private static String withoutBlankLines(String text) {
		return text.lines().filter((line) -> !line.isBlank()).toList().toString();
	}

}
