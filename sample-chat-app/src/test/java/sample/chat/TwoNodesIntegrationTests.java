package sample.chat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * The chat on two nodes, with the profile 'redis'.
 */
class TwoNodesIntegrationTests {

	private static RedisServer redis;

	private static ConfigurableApplicationContext here;

	private static ConfigurableApplicationContext there;

	@BeforeAll
	static void start() {
		redis = RedisServer.start();
		here = node();
		there = node();
	}

	@AfterAll
	static void stop() {
		for (AutoCloseable started : new AutoCloseable[] { here, there, redis }) {
			if (started != null) {
				assertThatCode(started::close).doesNotThrowAnyException();
			}
		}
	}

	private static ConfigurableApplicationContext node(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--spring.profiles.active=redis", "--spring.data.redis.host=" + redis.host(),
				"--spring.data.redis.port=" + redis.port()));
		return run(all.toArray(String[]::new));
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--server.port=0");
		return SpringApplication.run(ChatApplication.class, all.toArray(String[]::new));
	}

	@Test
	void clientsOfBothNodesChat() throws Exception {
		try (ChatClient ann = new ChatClient(port(here), "/ws/chat/lobby/?user=ann");
				ChatClient bob = new ChatClient(port(there), "/ws/chat/lobby/?user=bob")) {
			ann.send("{\"message\": \"hi\"}");
			assertThat(text(ann)).isEqualTo("ann: hi");
			assertThat(text(bob)).isEqualTo("ann: hi");
			bob.send("{\"message\": \"hello\"}");
			assertThat(text(ann)).isEqualTo("bob: hello");
			assertThat(text(bob)).isEqualTo("bob: hello");
		}
	}

	@Test
	void restOfOneNodeReachesClientsOfTheOther() throws Exception {
		try (ChatClient bob = new ChatClient(port(there), "/ws/chat/rest/")) {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://localhost:" + port(here) + "/rooms/rest/messages"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"message\": \"from outside\"}"))
				.build();
			HttpResponse<Void> response = HttpClient.newHttpClient()
				.send(request, HttpResponse.BodyHandlers.discarding());
			assertThat(response.statusCode()).isEqualTo(202);
			assertThat(text(bob)).isEqualTo("rest: from outside");
		}
	}

	@Test
	void oneOfTheWorkersCounts() throws Exception {
		int jobs = 20;
		try (ChatClient ann = new ChatClient(port(here), "/ws/chat/words/?user=ann");
				ChatClient bob = new ChatClient(port(there), "/ws/chat/words/?user=bob")) {
			for (int i = 0; i < jobs; i++) {
				((i % 2 == 0) ? ann : bob).send("{\"message\": \"/count" + " word".repeat(i + 1) + "\"}");
			}
			List<String> results = new ArrayList<>();
			for (int i = 0; i < 2 * jobs; i++) {
				String text = text(ann);
				if (text.startsWith("word counter: ")) {
					results.add(text.replaceAll("\\D", ""));
				}
			}
			assertThat(results).hasSize(jobs).doesNotHaveDuplicates();
			ann.send("{\"message\": \"the end\"}");
			assertThat(text(ann)).isEqualTo("ann: the end");
		}
	}

	/**
	 * Web nodes and worker nodes are the same application.
	 */
	@Test
	void aNodeCanBeWorkersOnly() throws Exception {
		String apart = "--channels.layers.default.redis.prefix=apart";
		try (ConfigurableApplicationContext web = node(apart, "--channels.workers.enabled=false");
				ChatClient ann = new ChatClient(port(web), "/ws/chat/lobby/?user=ann")) {
			ann.send("{\"message\": \"/count one two\"}");
			assertThat(text(ann)).isEqualTo("ann: /count one two");
			try (ConfigurableApplicationContext workers = node(apart, "--spring.main.web-application-type=none")) {
				assertThat(workers).isNotInstanceOf(ServletWebServerApplicationContext.class);
				assertThat(text(ann)).isEqualTo("word counter: 2 words");
			}
			ann.send("{\"message\": \"/count nobody\"}");
			assertThat(text(ann)).isEqualTo("ann: /count nobody");
			ann.send("{\"message\": \"the end\"}");
			assertThat(text(ann)).isEqualTo("ann: the end");
		}
	}

	@Test
	void withoutTheProfileNobodyAsksForRedis() throws Exception {
		try (ServerSocketChannel nobody = ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0))) {
			nobody.configureBlocking(false);
			int port = nobody.socket().getLocalPort();
			try (ConfigurableApplicationContext alone = run("--spring.data.redis.port=" + port);
					ChatClient ann = new ChatClient(port(alone), "/ws/chat/lobby/?user=ann")) {
				ann.send("{\"message\": \"/count one\"}");
				assertThat(text(ann)).isEqualTo("ann: /count one");
				assertThat(text(ann)).isEqualTo("word counter: 1 word");
			}
			assertThat(nobody.accept()).isNull();
		}
	}

	private static String text(ChatClient client) throws InterruptedException {
		JsonNode message = client.receive();
		return message.get("user").asString() + ": " + message.get("message").asString();
	}

	private static int port(ConfigurableApplicationContext context) {
		return ((ServletWebServerApplicationContext) context).getWebServer().getPort();
	}

}
