package dev.channels.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import dev.channels.ChannelsConfigurationException;
import dev.channels.autoconfigure.ChannelsProperties.Layer;
import dev.channels.autoconfigure.ChannelsProperties.Redis;
import dev.channels.autoconfigure.ChannelsProperties.Serializer;
import dev.channels.connection.ConnectionExecutors;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DidYouMean;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.redis.DetectingEventSerializer;
import dev.channels.layer.redis.FernetEventSerializer;
import dev.channels.layer.redis.MsgpackEventSerializer;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import dev.channels.layer.redis.RedisLayerSettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

/**
 * Creates layers on Redis.
 */
final class RedisLayerFactory implements ChannelLayerFactory {

	/** A first client should not come before the layer is connected, if it can be. */
	private static final Duration START_TIMEOUT = Duration.ofSeconds(6);

	private final ListableBeanFactory beans;

	private final ChannelsProperties properties;

	private final JsonMapper mapper;

	private final DropCounter drops;

	private final ConnectionExecutors executors;

	private final RedisLayerListener listener;

	RedisLayerFactory(ListableBeanFactory beans, ChannelsProperties properties, JsonMapper mapper, DropCounter drops,
			ConnectionExecutors executors, RedisLayerListener listener) {
		this.beans = beans;
		this.properties = properties;
		this.mapper = mapper;
		this.drops = drops;
		this.executors = executors;
		this.listener = listener;
	}

	@Override
	public String backend() {
		return "redis";
	}

	@Override
	public ChannelLayer create(String alias, LayerSettings limits, Map<String, String> properties) {
		Layer layer = Objects.requireNonNull(this.properties.layers().get(alias));
		Redis redis = layer.redis();
		String property = "channels.layers." + alias;
		EventSerializer serializer = checked(property, () -> serializer(property, layer));
		LettuceConnectionFactory connections = connections(property, redis.connectionFactory());
		RedisChannelLayer result = checked(property + ".redis",
				() -> new RedisChannelLayer(
						new RedisLayerSettings(limits, redis.prefix(), redis.shardedPubsub(), redis.djangoInterop(),
								redis.nodeLease(), redis.claimTimeout()),
						new EventCodec(this.mapper, serializer), new LocalDelivery(limits, this.drops, this.mapper),
						this.drops, connections, this.executors.callbacks(), this.listener));
		start(result, property, redis.failFast());
		return result;
	}

	private static <T> T checked(String location, Supplier<T> value) {
		try {
			return value.get();
		}
		catch (IllegalArgumentException ex) {
			throw new ChannelsConfigurationException(location + ": " + ex.getMessage(), "Change the value.", ex);
		}
	}

	private LettuceConnectionFactory connections(String property, @Nullable String name) {
		String location = property + ".redis.connection-factory: ";
		List<String> known = List.of(this.beans.getBeanNamesForType(RedisConnectionFactory.class));
		if (known.isEmpty()) {
			throw new ChannelsConfigurationException(location + "there is no bean of type RedisConnectionFactory",
					"Do not exclude DataRedisAutoConfiguration, or declare such a bean.");
		}
		if (name != null && !known.contains(name)) {
			throw new ChannelsConfigurationException(
					location + "no RedisConnectionFactory named '" + name + "'" + DidYouMean.suffix(name, known),
					"Known beans of this type are " + known + ".");
		}
		if (connectionFactory(location, known, name) instanceof LettuceConnectionFactory lettuce) {
			checkMasterReplica(property, name);
			return lettuce;
		}
		throw new ChannelsConfigurationException(
				property + ".backend: 'redis' works with Lettuce, and the "
						+ ((name != null) ? "connection factory '" + name + "'" : "application's connection factory")
						+ " is none of Lettuce",
				"Set spring.data.redis.client-type=lettuce, or name another bean at " + property
						+ ".redis.connection-factory.");
	}

	private RedisConnectionFactory connectionFactory(String location, List<String> known, @Nullable String name) {
		try {
			return (name != null) ? this.beans.getBean(name, RedisConnectionFactory.class)
					: this.beans.getBean(RedisConnectionFactory.class);
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new ChannelsConfigurationException(
					location + "there are several beans of type RedisConnectionFactory",
					"Write one of " + known + ", or make one of them @Primary.", ex);
		}
	}

	/**
	 * The connection factory does not tell such servers: the layer would go elsewhere.
	 */
	private void checkMasterReplica(String property, @Nullable String name) {
		Environment environment = this.beans.getBean(Environment.class);
		if (name == null && Binder.get(environment)
			.bind("spring.data.redis.masterreplica.nodes", Bindable.listOf(String.class))
			.isBound()) {
			throw new ChannelsConfigurationException(
					property + ".backend: 'redis' does not work with spring.data.redis.masterreplica",
					"Name the master at spring.data.redis.host, or use spring.data.redis.sentinel.");
		}
	}

	private static EventSerializer serializer(String property, Layer layer) {
		if (layer.serializer() == Serializer.MSGPACK && !ClassUtils.isPresent("org.msgpack.core.MessagePack", null)) {
			throw new ChannelsConfigurationException(
					property + ".serializer: 'msgpack' needs a library that is not there",
					"Add org.msgpack:msgpack-core to the application.");
		}
		EventSerializer serializer = switch (layer.serializer()) {
			case JSON -> new DetectingEventSerializer(new JsonEventSerializer());
			case MSGPACK -> new DetectingEventSerializer(new MsgpackEventSerializer());
		};
		List<String> keys = layer.encryptionKeys();
		return (keys != null) ? new FernetEventSerializer(serializer, keys) : serializer;
	}

	private static void start(RedisChannelLayer layer, String property, boolean failFast) {
		try {
			layer.start().toCompletableFuture().get(START_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			failed(layer, property, failFast, Objects.requireNonNullElse(ex.getCause(), ex));
		}
		catch (TimeoutException ex) {
			failed(layer, property, failFast, new IllegalStateException("no connection within " + START_TIMEOUT));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void failed(RedisChannelLayer layer, String property, boolean failFast, Throwable cause) {
		if (failFast) {
			layer.close();
			throw new ChannelsConfigurationException(
					property + ": there is no connection to Redis: " + cause.getMessage(),
					"Start Redis, correct spring.data.redis, or set " + property
							+ ".redis.fail-fast=false to start without it.",
					cause);
		}
	}

}
