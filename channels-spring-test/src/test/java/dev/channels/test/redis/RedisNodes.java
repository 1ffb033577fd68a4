package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.redis.DetectingEventSerializer;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import dev.channels.layer.redis.RedisLayerSettings;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Starts layers on one Redis, each as if it were a node of its own.
 */
final class RedisNodes implements AutoCloseable {

	static final JsonMapper mapper = JsonMapper.builder().build();

	private final Supplier<LettuceConnectionFactory> connections;

	private final ExecutorService callbacks = Executors.newCachedThreadPool();

	private final Deque<ChannelLayer> layers = new ArrayDeque<>();

	private String prefix = "asgi";

	private boolean sharded;

	private EventSerializer serializer = new DetectingEventSerializer(new JsonEventSerializer());

	private RedisNodes(Supplier<LettuceConnectionFactory> connections) {
		this.connections = connections;
	}

	private RedisNodes(RedisConfiguration configuration) {
		this(() -> new LettuceConnectionFactory(configuration));
	}

	/**
	 * @param connections the application's own
	 */
	static RedisNodes on(LettuceConnectionFactory connections) {
		return new RedisNodes(() -> connections);
	}

	static RedisNodes on(RedisServer server) {
		return on(server.host(), server.port());
	}

	static RedisNodes on(String host, int port) {
		return new RedisNodes(new RedisStandaloneConfiguration(host, port));
	}

	static RedisNodes on(RedisSentinels redis) {
		RedisSentinelConfiguration sentinels = new RedisSentinelConfiguration().master(RedisSentinels.MASTER_NAME);
		redis.sentinels().forEach((sentinel) -> sentinels.sentinel(sentinel.host(), sentinel.port()));
		return new RedisNodes(sentinels);
	}

	static RedisNodes on(RedisCluster redis) {
		return new RedisNodes(new RedisClusterConfiguration(
				redis.nodes().stream().map((node) -> node.host() + ":" + node.port()).toList()));
	}

	RedisNodes prefix(String prefix) {
		this.prefix = prefix;
		return this;
	}

	RedisNodes sharded(boolean sharded) {
		this.sharded = sharded;
		return this;
	}

	RedisNodes serializer(EventSerializer serializer) {
		this.serializer = serializer;
		return this;
	}

	RedisChannelLayer start() {
		return start(LayerSettings.defaults(), new DropCounter(), new RedisLayerListener() {
		});
	}

	RedisChannelLayer start(LayerSettings settings, DropCounter drops, RedisLayerListener listener) {
		RedisChannelLayer layer = create(settings, drops, listener);
		try {
			layer.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException("The layer did not connect", ex);
		}
		return layer;
	}

	/**
	 * Create a layer, and leave it to the test to start it.
	 */
	RedisChannelLayer create(LayerSettings settings, DropCounter drops, RedisLayerListener listener) {
		RedisChannelLayer layer = new RedisChannelLayer(
				new RedisLayerSettings(settings, this.prefix, this.sharded, false, Duration.ofSeconds(6),
						Duration.ofSeconds(3)),
				new EventCodec(mapper, this.serializer), new LocalDelivery(settings, drops, mapper), drops,
				this.connections.get(), this.callbacks, listener);
		this.layers.push(layer);
		return layer;
	}

	@Override
	public void close() {
		this.layers.forEach(ChannelLayer::close);
		this.callbacks.shutdown();
	}

}
