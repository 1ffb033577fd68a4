package dev.channels.layer.redis;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Makes a Redis client for a layer from the application's own connection factory: the
 * same servers, credentials, TLS and client resources, but options of its own. With
 * Lettuce's defaults events would be sent again after a reconnect (and so twice, and out
 * of order), wait without bound while Redis is frozen, and be delivered long after their
 * senders gave up.
 */
final class RedisClients implements AutoCloseable {

	static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(1);

	/**
	 * How long a read of a worker's stream may wait for an event.
	 */
	static final Duration BLOCK = Duration.ofSeconds(1);

	static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	private static final int REQUEST_QUEUE_SIZE = 10_000;

	private static final Duration RECONNECT_DELAY = Duration.ofMillis(250);

	private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(5);

	private final ClientResources resources;

	/** Whether the resources are the application's. */
	private final boolean borrowed;

	private final LettuceConnectionFactory factory;

	private final RedisConfiguration configuration;

	private final String servers;

	private final boolean cluster;

	/** Opens connections to single nodes of a cluster. */
	private final @Nullable RedisClient shards;

	RedisClients(LettuceConnectionFactory application) {
		RedisConfiguration servers = serversOf(application);
		this.configuration = servers;
		ClientResources given = application.getClientConfiguration().getClientResources().orElse(null);
		Delay delay = Delay.constant(RECONNECT_DELAY);
		this.borrowed = given != null;
		this.resources = (given != null) ? new BorrowedClientResources(given, delay)
				: DefaultClientResources.builder().reconnectDelay(delay).build();
		this.cluster = servers instanceof RedisClusterConfiguration;
		this.servers = describe(servers);
		this.factory = new LettuceConnectionFactory(servers, clientConfiguration(application.getClientConfiguration()));
		this.factory.setShareNativeConnection(false);
		this.factory.afterPropertiesSet();
		this.factory.start();
		this.shards = this.cluster ? createShards() : null;
	}

	private RedisClient shards() {
		RedisClient shards = this.shards;
		Assert.state(shards != null, "Not a cluster");
		return shards;
	}

	private RedisClient createShards() {
		RedisClient client = RedisClient.create(this.resources);
		ClientOptions options = this.factory.getClientConfiguration().getClientOptions().orElseThrow();
		// what is lost may belong to another node by now
		client.setOptions(options.mutate().autoReconnect(false).build());
		return client;
	}

	private static RedisConfiguration serversOf(LettuceConnectionFactory application) {
		RedisClusterConfiguration cluster = application.getClusterConfiguration();
		RedisSentinelConfiguration sentinel = application.getSentinelConfiguration();
		RedisSocketConfiguration socket = application.getSocketConfiguration();
		if (cluster != null) {
			return cluster;
		}
		if (sentinel != null) {
			return sentinel;
		}
		if (socket != null) {
			return socket;
		}
		Assert.isTrue(!isMasterReplica(application),
				"the layer does not work with master and replicas that are named one by one: "
						+ "name the master alone, or use Sentinel");
		// not the configuration itself: how the factory was created decides whether it
		// has
		// the host and the port
		RedisStandaloneConfiguration given = application.getStandaloneConfiguration();
		RedisStandaloneConfiguration standalone = new RedisStandaloneConfiguration(application.getHostName(),
				application.getPort());
		standalone.setDatabase(application.getDatabase());
		standalone.setUsername(given.getUsername());
		standalone.setPassword(given.getPassword());
		return standalone;
	}

	/**
	 * The factory does not tell such servers, and says that it connects to localhost.
	 */
	private static boolean isMasterReplica(LettuceConnectionFactory application) {
		Field field = ReflectionUtils.findField(LettuceConnectionFactory.class, "configuration");
		if (field == null) {
			return false;
		}
		ReflectionUtils.makeAccessible(field);
		return ReflectionUtils.getField(field, application) instanceof RedisStaticMasterReplicaConfiguration;
	}

	/**
	 * Return the servers that are named, whatever else there is of a cluster.
	 */
	Set<String> nodes() {
		RedisConfiguration servers = this.configuration;
		if (servers instanceof RedisClusterConfiguration cluster) {
			return asStrings(cluster.getClusterNodes());
		}
		if (servers instanceof RedisSentinelConfiguration sentinel) {
			return asStrings(sentinel.getSentinels()).stream()
				.map((node) -> Objects.requireNonNull(sentinel.getMaster()).getName() + "@" + node)
				.collect(Collectors.toSet());
		}
		return Set.of(this.servers);
	}

	private static Set<String> asStrings(Collection<RedisNode> nodes) {
		return nodes.stream().map(RedisNode::asString).collect(Collectors.toSet());
	}

	/**
	 * Say where Redis is, without credentials.
	 */
	private static String describe(RedisConfiguration servers) {
		if (servers instanceof RedisClusterConfiguration cluster) {
			return "cluster " + names(cluster.getClusterNodes());
		}
		if (servers instanceof RedisSentinelConfiguration sentinel) {
			return "master '" + Objects.requireNonNull(sentinel.getMaster()).getName() + "' of sentinels "
					+ names(sentinel.getSentinels());
		}
		if (servers instanceof RedisSocketConfiguration socket) {
			return socket.getSocket();
		}
		RedisStandaloneConfiguration standalone = (RedisStandaloneConfiguration) servers;
		return standalone.getHostName() + ":" + standalone.getPort();
	}

	private static String names(Collection<RedisNode> nodes) {
		return nodes.stream().map(RedisNode::asString).sorted().collect(Collectors.joining(", "));
	}

	private LettuceClientConfiguration clientConfiguration(LettuceClientConfiguration application) {
		ClientOptions given = application.getClientOptions().orElseGet(ClientOptions::create);
		LettuceClientConfiguration.LettuceClientConfigurationBuilder builder = LettuceClientConfiguration.builder()
			.clientResources(this.resources)
			.clientOptions(this.cluster ? clusterOptions(given) : options(given.mutate()).build())
			.commandTimeout(COMMAND_TIMEOUT)
			.shutdownTimeout(Duration.ofSeconds(1))
			.shutdownQuietPeriod(Duration.ZERO);
		application.getClientName().ifPresent(builder::clientName);
		application.getRedisCredentialsProviderFactory().ifPresent(builder::redisCredentialsProviderFactory);
		if (application.isUseSsl()) {
			LettuceClientConfiguration.LettuceSslClientConfigurationBuilder ssl = builder.useSsl();
			if (application.isStartTls()) {
				ssl.startTls();
			}
			ssl.verifyPeer(application.getVerifyMode());
		}
		return builder.build();
	}

	private static ClusterClientOptions clusterOptions(ClientOptions given) {
		ClusterClientOptions.Builder builder = (given instanceof ClusterClientOptions options) ? options.mutate()
				: ClusterClientOptions.builder(given);
		options(builder);
		// a client that forgets a node drops its connections, pub/sub among them
		builder.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
			.adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
			.enablePeriodicRefresh(TOPOLOGY_REFRESH)
			.build());
		return builder.build();
	}

	private static ClientOptions.Builder options(ClientOptions.Builder builder) {
		return builder.autoReconnect(true)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.requestQueueSize(REQUEST_QUEUE_SIZE)
			.socketOptions(SocketOptions.builder().connectTimeout(COMMAND_TIMEOUT).tcpNoDelay(true).build())
			.timeoutOptions(TimeoutOptions.builder().timeoutSource(new Timeouts()).build())
			.protocolVersion(ProtocolVersion.RESP3);
	}

	/**
	 * Return where Redis is, for messages.
	 */
	String servers() {
		return this.servers;
	}

	boolean isCluster() {
		return this.cluster;
	}

	/**
	 * Open a session. Blocks, for two seconds at most if Redis is silent.
	 * @throws RuntimeException if there is no Redis
	 */
	RedisSession open(PubSubMode mode, Subscriptions subscriptions, Listening.Events events) {
		AbstractRedisClient client = this.factory.getRequiredNativeClient();
		if (client instanceof RedisClusterClient cluster) {
			cluster.refreshPartitions();
			ClusterTopology topology = new ClusterTopology(cluster);
			StatefulRedisClusterConnection<String, byte[]> connection = cluster.connect(CODEC);
			return session(connection, connection.async(), topology,
					() -> (mode == PubSubMode.SHARDED) ? new ShardedPubSub(this, topology, subscriptions, events)
							: new PubSubConnection(cluster.connectPubSub(CODEC), subscriptions, events));
		}
		RedisClient single = (RedisClient) client;
		StatefulRedisConnection<String, byte[]> connection = single.connect(CODEC);
		return session(connection, connection.async(), null,
				() -> new PubSubConnection(single.connectPubSub(CODEC), subscriptions, events));
	}

	/**
	 * Open another connection that subscribes to a cluster, to whichever node.
	 * @return completes on an I/O thread
	 */
	CompletionStage<PubSubConnection> openListening(Subscriptions subscriptions, Listening.Events events) {
		return ((RedisClusterClient) this.factory.getRequiredNativeClient()).connectPubSubAsync(CODEC)
			.thenApply((connection) -> new PubSubConnection(connection, subscriptions, events));
	}

	/**
	 * Ask a node of a cluster whether it lives, on a connection of its own.
	 * @return completes on an I/O thread, with a failure if it does not answer
	 */
	CompletionStage<Void> ask(RedisURI node) {
		return shards().connectAsync(CODEC, node)
			.thenCompose((connection) -> connection.async().ping().handle((pong, failure) -> {
				connection.closeAsync();
				if (failure != null) {
					throw new CompletionException(failure);
				}
				return null;
			}));
	}

	/**
	 * Open a connection to one node of a cluster, which is not opened again when it is
	 * lost.
	 */
	CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> openShard(RedisURI node) {
		return shards().connectPubSubAsync(CODEC, node);
	}

	/**
	 * Open a connection for commands that wait. Blocks, for two seconds at most if Redis
	 * is silent.
	 * @throws RuntimeException if there is no Redis
	 */
	WaitingConnection openWaiting() {
		AbstractRedisClient client = this.factory.getRequiredNativeClient();
		if (client instanceof RedisClusterClient cluster) {
			StatefulRedisClusterConnection<String, byte[]> connection = cluster.connect(CODEC);
			return new WaitingConnection(connection, connection.async());
		}
		StatefulRedisConnection<String, byte[]> connection = ((RedisClient) client).connect(CODEC);
		return new WaitingConnection(connection, connection.async());
	}

	/**
	 * Learn which node of a cluster serves what.
	 * @return completes on any thread
	 */
	CompletionStage<Void> refreshTopology() {
		return (this.factory.getRequiredNativeClient() instanceof RedisClusterClient cluster)
				? new ClusterTopology(cluster).refresh() : CompletableFuture.completedStage(null);
	}

	private static RedisSession session(StatefulConnection<String, byte[]> connection,
			RedisClusterAsyncCommands<String, byte[]> commands, @Nullable ClusterTopology topology,
			Supplier<Listening> listening) {
		try {
			return new RedisSession(connection, commands, topology, listening.get());
		}
		catch (RuntimeException ex) {
			connection.closeAsync();
			throw ex;
		}
	}

	@Override
	public void close() {
		this.factory.destroy();
		if (this.shards != null) {
			this.shards.shutdown(0, 1, TimeUnit.SECONDS);
		}
		if (!this.borrowed) {
			this.resources.shutdown(0, 1, TimeUnit.SECONDS);
		}
	}

	/**
	 * A connection of its own for commands that wait, since everything behind them waits
	 * as well.
	 */
	record WaitingConnection(StatefulConnection<String, byte[]> connection,
			RedisClusterAsyncCommands<String, byte[]> commands) {

	}

	/**
	 * A read that waits for events must be let wait.
	 */
	private static final class Timeouts extends TimeoutOptions.TimeoutSource {

		@Override
		public long getTimeout(RedisCommand<?, ?, ?> command) {
			boolean waits = command.getType() == CommandType.XREADGROUP;
			return (waits ? BLOCK.plus(COMMAND_TIMEOUT) : COMMAND_TIMEOUT).toNanos();
		}

		@Override
		public TimeUnit getTimeUnit() {
			return TimeUnit.NANOSECONDS;
		}

	}

}
