package dev.channels.redis;

import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.GroupAddress;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisServer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PathVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an application addresses on one node reaches clients of the other.
 */
class TwoNodesIntegrationTests {

	private static RedisServer redis;

	private static TestServer here;

	private static TestServer there;

	@BeforeAll
	static void start() {
		redis = RedisServer.start();
		here = node();
		there = node();
	}

	@AfterAll
	static void stop() {
		for (TestServer server : new TestServer[] { here, there }) {
			if (server != null) {
				server.close();
			}
		}
		if (redis != null) {
			redis.close();
		}
	}

	private static TestServer node() {
		return TestServer.with(Member.class, Users.class)
			.property("channels.layers.default.backend=redis")
			.property("channels.layers.default.redis.fail-fast=true")
			.property("spring.data.redis.host=" + redis.host())
			.property("spring.data.redis.port=" + redis.port())
			.route("/ws/{group}", "member")
			.start();
	}

	@Test
	void user() throws Exception {
		try (RawClient phone = open(there, "user", "alice@example.org");
				RawClient laptop = open(here, "user", "alice@example.org");
				RawClient bob = open(there, "user", "bob")) {
			Channels channels = here.channels();
			get(channels.user("alice@example.org").send(note("for alice")));
			assertThat(phone.readText()).isEqualTo("for alice");
			assertThat(laptop.readText()).isEqualTo("for alice");
			get(channels.user("alice@example.org").disconnect(4001, "logged out"));
			assertThat(phone.readClose()).returns(4001, Frame::closeCode).returns("logged out", Frame::closeReason);
			assertThat(laptop.readClose().closeCode()).isEqualTo(4001);
			get(channels.group("user").send(note("for the rest")));
			assertThat(bob.readText()).isEqualTo("for the rest");
			await().atMost(Duration.ofSeconds(10))
				.until(() -> channels.group("user").size().toCompletableFuture().join() == 1);
		}
	}

	@Test
	void connection() throws Exception {
		try (RawClient one = RawClient.open(there, "/ws/connection");
				RawClient other = RawClient.open(there, "/ws/connection")) {
			String name = one.readText();
			other.readText();
			Channels channels = here.channels();
			get(channels.connection(name).send(note("for one")));
			assertThat(one.readText()).isEqualTo("for one");
			get(channels.connection(name).disconnect(4002, "kicked"));
			assertThat(one.readClose().closeCode()).isEqualTo(4002);
			get(channels.group("connection").send(note("for all")));
			assertThat(other.readText()).isEqualTo("for all");
		}
	}

	@Test
	void connectionThatIsGoneIsCounted() throws Exception {
		String gone;
		try (RawClient client = RawClient.open(there, "/ws/gone")) {
			gone = client.readText();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> there.connections() == 0);
		long before = there.drops(DropReason.NO_RECEIVER);
		get(here.channels().connection(gone).send(note("too late")));
		await().atMost(Duration.ofSeconds(10)).until(() -> there.drops(DropReason.NO_RECEIVER) == before + 1);
		long unknown = here.drops(DropReason.NO_RECEIVER);
		get(here.channels().connection("specific." + "0".repeat(32) + "!1").send(note("to no node")));
		assertThat(here.drops(DropReason.NO_RECEIVER)).isEqualTo(unknown + 1);
	}

	@Test
	void exceptOnTheOtherNode() throws Exception {
		try (RawClient a = RawClient.open(here, "/ws/except");
				RawClient b = RawClient.open(there, "/ws/except");
				RawClient c = RawClient.open(there, "/ws/except")) {
			String nameOfA = a.readText();
			String nameOfB = b.readText();
			c.readText();
			get(here.channels().group("except").except(List.of(nameOfA, nameOfB)).send(note("for c")));
			get(here.channels().group("except").send(note("for all")));
			assertThat(a.readText()).isEqualTo("for all");
			assertThat(b.readText()).isEqualTo("for all");
			assertThat(c.readText()).isEqualTo("for c");
			assertThat(c.readText()).isEqualTo("for all");
			b.send("to the others");
			assertThat(a.readText()).isEqualTo("to the others");
			assertThat(c.readText()).isEqualTo("to the others");
			get(there.channels().group("except").send(note("end")));
			assertThat(b.readText()).isEqualTo("end");
		}
	}

	@Test
	void sizeAndMembersSpanTheNodes() throws Exception {
		try (RawClient a = RawClient.open(here, "/ws/members"); RawClient b = RawClient.open(there, "/ws/members")) {
			String[] names = { a.readText(), b.readText() };
			for (TestServer node : List.of(here, there)) {
				GroupAddress group = node.channels().group("members");
				await().atMost(Duration.ofSeconds(10)).until(() -> get(group.size()) == 2);
				assertThat(get(group.members(null, 10)).channelNames()).containsExactlyInAnyOrder(names);
			}
		}
	}

	@Test
	void nodeThatEndsLeavesNothing() throws Exception {
		TestServer third = node();
		String lease;
		try (third; RawClient client = RawClient.open(third, "/ws/ends")) {
			lease = client.readText().substring("specific.".length(), "specific.".length() + 32);
			await().atMost(Duration.ofSeconds(10)).until(() -> get(here.channels().group("ends").size()) == 1);
		}
		assertThat(get(here.channels().group("ends").size())).isZero();
		assertThat(redis.cli("KEYS", "*" + lease + "*")).isEmpty();
		assertThat(redis.cli("ZSCORE", "asgi:{nodes}", lease)).isEqualTo("(nil)");
	}

	private static RawClient open(TestServer server, String group, String user) throws Exception {
		RawClient client = RawClient.open(server, "/ws/" + group, "X-User: " + user);
		client.readText();
		return client;
	}

	private static Event note(String text) {
		return Event.of("note", Map.of("text", text));
	}

	private static <T> T get(CompletionStage<T> stage) {
		return stage.toCompletableFuture().join();
	}

	@Configuration(proxyBeanMethods = false)
	static class Users {

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

		private final Channels channels;

		private String group;

		Member(Channels channels) {
			this.channels = channels;
		}

		@OnConnect
		void connect(Connection connection, @PathVariable String group) {
			this.group = group;
			connection.send(connection.channelName());
		}

		@OnReceive
		void receive(String text, Connection connection) {
			this.channels.group(this.group).except(connection).send(TwoNodesIntegrationTests.note(text));
		}

		@OnEvent("note")
		String note(Map<String, Object> note) {
			return (String) note.get("text");
		}

	}

}
