package sample.chat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The jar, started as anybody would, under a context path.
 */
class JarIntegrationTests {

	private static final Pattern STARTED = Pattern.compile("Chat at http://localhost:(\\d+)/talk/");

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	@TempDir
	private static Path directory;

	private static Process process;

	private static int port;

	@BeforeAll
	static void start() throws IOException {
		Path log = directory.resolve("sample.log");
		process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx128m", "-jar",
				new File(System.getProperty("sample.jar")).getAbsolutePath(), "--server.port=0",
				"--server.servlet.context-path=/talk")
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		await().atMost(START_LIMIT).until(() -> STARTED.matcher(Files.readString(log)).find() || !process.isAlive());
		String output = Files.readString(log);
		Matcher started = STARTED.matcher(output);
		assertThat(started.find()).as(output).isTrue();
		port = Integer.parseInt(started.group(1));
	}

	@AfterAll
	static void stop() throws InterruptedException {
		if (process != null) {
			process.destroy();
			if (!process.waitFor(30, TimeUnit.SECONDS)) {
				process.destroyForcibly();
			}
		}
	}

	@Test
	void clientsChat() throws Exception {
		try (ChatClient ann = new ChatClient(port, "/talk/ws/chat/lobby/?user=ann");
				ChatClient bob = new ChatClient(port, "/talk/ws/chat/lobby/?user=bob")) {
			ann.send("{\"message\": \"hi\"}");
			assertThat(text(ann)).isEqualTo("ann: hi");
			assertThat(text(bob)).isEqualTo("ann: hi");
			bob.send("{\"message\": \"/count one two\"}");
			assertThat(text(ann)).isEqualTo("bob: /count one two");
			assertThat(text(ann)).isEqualTo("word counter: 2 words");
		}
	}

	@Test
	void theDoorFromOutside() throws Exception {
		try (ChatClient ann = new ChatClient(port, "/talk/ws/chat/door/")) {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://localhost:" + port + "/talk/rooms/door/messages"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"message\": \"from outside\"}"))
				.build();
			assertThat(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
				.isEqualTo(202);
			assertThat(text(ann)).isEqualTo("rest: from outside");
		}
	}

	@Test
	void thePageFindsItsSocket() throws Exception {
		try (Browser browser = new Browser()) {
			browser.open("http://localhost:" + port + "/talk/?room=page&user=ann");
			browser.awaitAttribute("#state", "data-state", "open");
			browser.open("http://localhost:" + port + "/talk");
			browser.awaitAttribute("#state", "data-state", "open");
		}
	}

	private static String text(ChatClient client) throws InterruptedException {
		JsonNode message = client.receive();
		return message.get("user").asString() + ": " + message.get("message").asString();
	}

}
