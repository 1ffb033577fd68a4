package dev.channels.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
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
import dev.channels.layer.ChannelLayers;
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
import org.springframework.beans.factory.ObjectProvider;
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

	private static final String PREFIX = "asgi";

	private static final Duration START_TIMEOUT = Duration.ofSeconds(6);

	private final ListableBeanFactory beans;

	private final ChannelsProperties properties;

	private final JsonMapper mapper;

	private final DropCounter drops;

	private final ConnectionExecutors executors;

	private final RedisLayers layers;

	private final ObjectProvider<RedisLayerListener> listeners;

	private final Map<String, CompletionStage<Void>> starting = new LinkedHashMap<>();

	RedisLayerFactory(ListableBeanFactory beans, ChannelsProperties properties, JsonMapper mapper, DropCounter drops,
			ConnectionExecutors executors, RedisLayers layers, ObjectProvider<RedisLayerListener> listeners) {
		this.beans = beans;
		this.properties = properties;
		this.mapper = mapper;
		this.drops = drops;
		this.executors = executors;
		this.layers = layers;
		this.listeners = listeners;
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
		String prefix = (redis.prefix() != null) ? redis.prefix() : defaultPrefix(alias);
		RedisGaps gaps = new RedisGaps();
		RedisChannelLayer result = checked(property + ".redis",
				() -> new RedisChannelLayer(
						new RedisLayerSettings(limits, prefix, redis.shardedPubsub(), redis.djangoInterop(),
								redis.nodeLease(), redis.claimTimeout()),
						new EventCodec(this.mapper, serializer), new LocalDelivery(limits, this.drops, this.mapper),
						this.drops, connections, this.executors.callbacks(),
						new RedisLayerListeners(gaps, this.listeners)));
		try {
			checkApart(alias, prefix, result);
		}
		catch (ChannelsConfigurationException ex) {
			result.close();
			throw ex;
		}
		this.layers.add(alias, result, gaps);
		this.starting.put(alias, result.start());
		return result;
	}

	private static String defaultPrefix(String alias) {
		return alias.equals(ChannelLayers.DEFAULT) ? PREFIX : PREFIX + "-" + alias.replaceAll("[^a-zA-Z0-9\\-_.]", "-");
	}

	/**
	 * In memory, layers have nothing to do with each other.
	 */
	private void checkApart(String alias, String prefix, RedisChannelLayer layer) {
		this.layers.forEach((other) -> {
			if (!layer.isApartFrom(other.layer())) {
				throw new ChannelsConfigurationException(
						"channels.layers." + alias + ".redis.prefix: '" + prefix + "' is the prefix of layer '"
								+ other.alias() + "', too, on the same Redis (" + layer.servers()
								+ "): their events would cross",
						"Leave the prefix out at both, or write different ones. The number of the database keeps "
								+ "nothing apart.");
			}
		});
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

	/**
	 * A first client should not come before the layers are connected, if that can be.
	 */
	@Override
	public void awaitStart() {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		this.starting.forEach((alias, started) -> {
			try {
				started.toCompletableFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
			}
			catch (ExecutionException ex) {
				failed(alias, Objects.requireNonNullElse(ex.getCause(), ex));
			}
			catch (TimeoutException ex) {
				failed(alias, new IllegalStateException("no connection within " + START_TIMEOUT));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		this.starting.clear();
	}

	private void failed(String alias, Throwable cause) {
		if (Objects.requireNonNull(this.properties.layers().get(alias)).redis().failFast()) {
			String property = "channels.layers." + alias;
			throw new ChannelsConfigurationException(
					property + ": there is no connection to Redis: " + cause.getMessage(),
					"Start Redis, correct spring.data.redis, or set " + property
							+ ".redis.fail-fast=false to start without it.",
					cause);
		}
	}

}
