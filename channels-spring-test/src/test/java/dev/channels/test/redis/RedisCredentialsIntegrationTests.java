package dev.channels.test.redis;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.GroupName;
import dev.channels.layer.redis.RedisChannelLayer;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.SocketAddressResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an application has set for its own connections holds for those of the layer, and
 * is left to the application.
 */
class RedisCredentialsIntegrationTests {

	private static final List<GroupName> groups = List.of(GroupName.of("room"));

	private final RedisServer redis = RedisServer.local();

	private LettuceConnectionFactory application;

	private RedisNodes nodes;

	@AfterEach
	void stop() {
		this.nodes.close();
		this.application.destroy();
		this.redis.close();
	}

	private RedisChannelLayer start(RedisStandaloneConfiguration server, LettuceClientConfiguration client) {
		this.application = new LettuceConnectionFactory(server, client);
		this.application.afterPropertiesSet();
		this.application.start();
		assertThat(ping()).isEqualTo("PONG");
		this.nodes = RedisNodes.on(this.application);
		return this.nodes.start();
	}

	private String ping() {
		try (RedisConnection connection = this.application.getConnection()) {
			return connection.ping();
		}
	}

	private static void awaitDelivery(RedisChannelLayer layer, Population members) throws Exception {
		try (Load load = new Load("test", layer, groups, 0, 25)) {
			int number = members.members().get(0).last("test") + 1;
			await().atMost(10, TimeUnit.SECONDS)
				.until(() -> load.number() > number && members.haveSeen(List.of("test"), load.number() - 1));
		}
	}

	@Test
	void aPasswordThatIsProvidedAndRotatedIsUsed() throws Exception {
		Rotating passwords = new Rotating();
		this.redis.cli("CONFIG", "SET", "requirepass", passwords.password);
		RedisChannelLayer layer = start(new RedisStandaloneConfiguration(this.redis.host(), this.redis.port()),
				LettuceClientConfiguration.builder().redisCredentialsProviderFactory(passwords).build());
		Population members = new Population(layer).join(1, groups);
		awaitDelivery(layer, members);
		rotate(passwords, "second");
		awaitDelivery(layer, new Population(layer).join(1, groups));
		assertThat(ping()).isEqualTo("PONG");
	}

	private void rotate(Rotating passwords, String password) {
		try (RespConnection connection = RespConnection.open(this.redis.host(), this.redis.port())) {
			connection.call("AUTH", passwords.password);
			connection.call("CONFIG", "SET", "requirepass", password);
			passwords.password = password;
			connection.call("CLIENT", "KILL", "TYPE", "pubsub");
			connection.call("CLIENT", "KILL", "TYPE", "normal");
		}
	}

	@Test
	void addressesAreMappedAsTheApplicationDoesAndResourcesStayWithIt() throws Exception {
		ClientResources resources = DefaultClientResources.builder().socketAddressResolver(new SocketAddressResolver() {
			@Override
			public SocketAddress resolve(RedisURI redisUri) {
				return new InetSocketAddress("127.0.0.1", RedisCredentialsIntegrationTests.this.redis.port());
			}
		}).build();
		try {
			RedisChannelLayer layer = start(new RedisStandaloneConfiguration("redis.invalid", 1),
					LettuceClientConfiguration.builder().clientResources(resources).build());
			awaitDelivery(layer, new Population(layer).join(1, groups));
			layer.close();
			assertThat(ping()).as("what is shared is left to the application").isEqualTo("PONG");
			this.application.resetConnection();
			assertThat(ping()).isEqualTo("PONG");
			RedisChannelLayer next = this.nodes.start();
			awaitDelivery(next, new Population(next).join(1, groups));
		}
		finally {
			this.nodes.close();
			this.application.destroy();
			resources.shutdown(0, 1, TimeUnit.SECONDS).get();
		}
	}

	/**
	 * Provides a password that changes.
	 */
	private static final class Rotating implements RedisCredentialsProviderFactory {

		private volatile String password = "first";

		@Override
		public RedisCredentialsProvider createCredentialsProvider(RedisConfiguration configuration) {
			return () -> Mono.fromSupplier(() -> RedisCredentials.just("default", this.password.toCharArray()));
		}

	}

}
