package dev.channels.consumers;

import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.GroupAddress;
import dev.channels.InvalidNameException;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DropReason;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Groups, users, connections and layers.
 */
class AddressingIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Member.class, OtherLayer.class, Users.class)
			.route("/ws/member/{group}", "member")
			.route("/ws/other", "other-layer")
			.property("channels.layers.other.backend=memory")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void exceptLeavesMembersOut() throws Exception {
		try (RawClient a = RawClient.open(server, "/ws/member/except");
				RawClient b = RawClient.open(server, "/ws/member/except");
				RawClient c = RawClient.open(server, "/ws/member/except")) {
			String nameOfC = c.send("name").readText();
			a.send("to others");
			assertThat(b.readText()).isEqualTo("note from a member");
			assertThat(c.readText()).isEqualTo("note from a member");
			server.channels().group("except").except(List.of(nameOfC)).send("note", Map.of("text", "not for c"));
			server.channels().group("except").send("note", Map.of("text", "for all"));
			assertThat(a.readText()).isEqualTo("note not for c");
			assertThat(a.readText()).isEqualTo("note for all");
			assertThat(c.readText()).isEqualTo("note for all");
		}
	}

	@Test
	void groupsAreCountedAndListed() throws Exception {
		GroupAddress group = server.channels().group("listed");
		assertThat(group.size().toCompletableFuture()).isCompletedWithValue(0L);
		List<RawClient> clients = new ArrayList<>();
		List<String> names = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			RawClient client = RawClient.open(server, "/ws/member/listed");
			clients.add(client);
			names.add(client.send("name").readText());
		}
		assertThat(group.size().toCompletableFuture()).isCompletedWithValue(5L);
		List<String> listed = new ArrayList<>();
		String cursor = null;
		do {
			GroupAddress.Page page = group.members(cursor, 2).toCompletableFuture().join();
			listed.addAll(page.channelNames());
			cursor = page.next();
		}
		while (cursor != null);
		assertThat(listed).containsExactlyInAnyOrderElementsOf(names);
		clients.get(0).send("leave").readText();
		assertThat(group.size().toCompletableFuture()).isCompletedWithValue(4L);
		for (RawClient client : clients) {
			client.close();
		}
		await().untilAsserted(() -> assertThat(group.size().toCompletableFuture()).isCompletedWithValue(0L));
	}

	@Test
	void connectionIsReachedByItsName() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/member/direct")) {
			String name = client.send("name").readText();
			server.channels().connection(name).send("note", Map.of("text", "direct"));
			assertThat(client.readText()).isEqualTo("note direct");
			server.channels().connection(name).disconnect(4010, "asked from outside");
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(4010);
			assertThat(close.closeReason()).isEqualTo("asked from outside");
			await().until(() -> server.connections() == 0);
			long before = server.drops(DropReason.NO_RECEIVER);
			assertThat(server.channels().connection(name).send("note", Map.of()).toCompletableFuture()).isCompleted();
			assertThat(server.drops(DropReason.NO_RECEIVER)).isEqualTo(before + 1);
		}
	}

	@Test
	void userIsReachedOnAllConnections() throws Exception {
		try (RawClient a = RawClient.open(server, "/ws/member/u", "X-User: alice@example.org");
				RawClient b = RawClient.open(server, "/ws/other", "X-User: alice@example.org");
				RawClient c = RawClient.open(server, "/ws/member/u", "X-User: bob");
				RawClient d = RawClient.open(server, "/ws/member/u", "X-User: alice@example.org")) {
			assertThat(a.send("who").readText()).isEqualTo("alice@example.org");
			Channels channels = server.channels();
			channels.user("alice@example.org").send("note", Map.of("text", "for alice"));
			channels.group("u").send("note", Map.of("text", "for all"));
			assertThat(a.readText()).isEqualTo("note for alice");
			assertThat(d.readText()).isEqualTo("note for alice");
			assertThat(c.readText()).isEqualTo("note for all");
			// b is on another layer
			channels.layer("other").user("alice@example.org").send("note", Map.of("text", "on the other layer"));
			assertThat(b.readText()).isEqualTo("other note on the other layer");
			channels.user("alice@example.org").disconnect(4001, "logged out");
			assertThat(a.readClose().closeCode()).isEqualTo(4001);
			assertThat(d.readClose().closeCode()).isEqualTo(4001);
			assertThat(c.send("who").readText()).isEqualTo("bob");
		}
	}

	@Test
	void userIsNoGroup() {
		assertThatExceptionOfType(InvalidNameException.class)
			.isThrownBy(() -> server.channels().group("alice@example.org"));
	}

	@Test
	void layersAreApart() throws Exception {
		try (RawClient a = RawClient.open(server, "/ws/member/shared");
				RawClient b = RawClient.open(server, "/ws/other")) {
			server.channels().layer("other").group("shared").send("note", Map.of("text", "other"));
			server.channels().group("shared").send("note", Map.of("text", "default"));
			assertThat(a.readText()).isEqualTo("note default");
			assertThat(b.readText()).isEqualTo("other note other");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> server.channels().layer("nope"))
			.withMessage("There is no channel layer 'nope', only [default, other]: configure it as "
					+ "channels.layers.nope.backend");
	}

	@Test
	void flushForgetsGroups() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/other")) {
			server.bean(ChannelLayers.class).get("other").flush();
			Channels other = server.channels().layer("other");
			assertThat(other.group("shared").size().toCompletableFuture()).isCompletedWithValue(0L);
			other.group("shared").send("note", Map.of("text", "lost"));
			client.send("join");
			assertThat(client.readText()).isEqualTo("joined");
			other.group("shared").send("note", Map.of("text", "back"));
			assertThat(client.readText()).isEqualTo("other note back");
		}
	}

	@Test
	void sendFromAController() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/member/rest")) {
			java.net.http.HttpClient.newHttpClient()
				.send(java.net.http.HttpRequest.newBuilder(server.http("/post"))
					.POST(java.net.http.HttpRequest.BodyPublishers.noBody())
					.build(), java.net.http.HttpResponse.BodyHandlers.discarding());
			assertThat(client.readText()).isEqualTo("note from a controller");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Users {

		private final Channels channels;

		Users(Channels channels) {
			this.channels = channels;
		}

		@PostMapping("/post")
		void post() {
			this.channels.group("rest").send("note", Map.of("text", "from a controller"));
		}

		@Bean
		static Filter userFilter() {
			return (request, response, chain) -> {
				String user = ((HttpServletRequest) request).getHeader("X-User");
				chain.doFilter((user != null) ? new HttpServletRequestWrapper((HttpServletRequest) request) {
					@Override
					public Principal getUserPrincipal() {
						return () -> user;
					}
				} : request, response);
			};
		}

	}

	@Consumer(name = "member", groups = "{group}")
	static class Member {

		static final Map<String, ConcurrentLinkedQueue<String>> logs = new ConcurrentHashMap<>();

		private final Channels channels;

		private String group;

		Member(Channels channels) {
			this.channels = channels;
		}

		@OnConnect
		void connect(@PathVariable String group) {
			this.group = group;
		}

		@OnReceive
		String receive(String text, Connection connection, Principal principal) {
			switch (text) {
				case "name" -> {
					return connection.channelName();
				}
				case "who" -> {
					return (principal != null) ? principal.getName() : "nobody";
				}
				case "leave" -> {
					connection.leave(this.group);
					assertThat(connection.groups()).isEmpty();
					return "left";
				}
				default ->
					this.channels.group(this.group).except(connection).send("note", Map.of("text", "from a member"));
			}
			return null;
		}

		@OnEvent("note")
		String note(Map<String, Object> note) {
			return "note " + note.get("text");
		}

	}

	@Consumer(name = "other-layer", groups = "shared", layer = "other")
	static class OtherLayer {

		@OnReceive
		String join(String text, Connection connection) {
			connection.leave("shared");
			connection.join("shared");
			return "joined";
		}

		@OnEvent("note")
		String note(Map<String, Object> note) {
			return "other note " + note.get("text");
		}

	}

}
