package dev.channels.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.channels.ChannelsConfigurationException;
import dev.channels.autoconfigure.ChannelsProperties.Layer;
import dev.channels.autoconfigure.ChannelsProperties.Redis;
import dev.channels.autoconfigure.ChannelsProperties.Serializer;
import dev.channels.connection.ConnectionExecutors;
import dev.channels.layer.ChannelLayer;
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

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

/**
 * Creates layers on Redis.
 */
final class RedisLayerFactory implements ChannelLayerFactory {

	/** A first client should not come before the layer is connected, if it can be. */
	private static final Duration START_TIMEOUT = Duration.ofSeconds(3);

	private final BeanFactory beans;

	private final ChannelsProperties properties;

	private final JsonMapper mapper;

	private final DropCounter drops;

	private final ConnectionExecutors executors;

	private final RedisLayerListener listener;

	RedisLayerFactory(BeanFactory beans, ChannelsProperties properties, JsonMapper mapper, DropCounter drops,
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
	public ChannelLayer create(String alias, LayerSettings limits) {
		Layer layer = Objects.requireNonNull(this.properties.layers().get(alias));
		String property = "channels.layers." + alias;
		LettuceConnectionFactory connections = connections(property, layer.redis().connectionFactory());
		RedisChannelLayer result;
		try {
			Redis redis = layer.redis();
			result = new RedisChannelLayer(
					new RedisLayerSettings(limits, redis.prefix(), redis.shardedPubsub(), redis.djangoInterop(),
							redis.nodeLease(), redis.claimTimeout()),
					new EventCodec(this.mapper, serializer(property, layer)),
					new LocalDelivery(limits, this.drops, this.mapper), this.drops, connections,
					this.executors.handlers(), this.listener);
		}
		catch (IllegalArgumentException ex) {
			throw new ChannelsConfigurationException(property + ": " + ex.getMessage(), "Change the value.", ex);
		}
		start(result, property, layer.redis().failFast());
		return result;
	}

	private LettuceConnectionFactory connections(String property, @Nullable String name) {
		RedisConnectionFactory factory;
		try {
			factory = (name != null) ? this.beans.getBean(name, RedisConnectionFactory.class)
					: this.beans.getBean(RedisConnectionFactory.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw new ChannelsConfigurationException(property + ".redis.connection-factory: " + ex.getMessage(),
					"Name a bean of type RedisConnectionFactory.", ex);
		}
		if (factory instanceof LettuceConnectionFactory lettuce) {
			return lettuce;
		}
		throw new ChannelsConfigurationException(
				property + ".backend: 'redis' works with Lettuce, the application's connection factory is a "
						+ factory.getClass().getName(),
				"Set spring.data.redis.client-type=lettuce, or name another bean at " + property
						+ ".redis.connection-factory.");
	}

	private static EventSerializer serializer(String property, Layer layer) {
		if (layer.serializer() == Serializer.MSGPACK
				&& !ClassUtils.isPresent("org.msgpack.core.MessagePack", RedisLayerFactory.class.getClassLoader())) {
			throw new ChannelsConfigurationException(
					property + ".serializer: 'msgpack' needs a library that is not there",
					"Add org.msgpack:msgpack-core to the application.");
		}
		EventSerializer serializer = switch (layer.serializer()) {
			case JSON -> new DetectingEventSerializer(new JsonEventSerializer());
			case MSGPACK -> new DetectingEventSerializer(new MsgpackEventSerializer());
		};
		List<String> keys = layer.encryptionKeys();
		return keys.isEmpty() ? serializer : new FernetEventSerializer(serializer, keys);
	}

	private static void start(RedisChannelLayer layer, String property, boolean failFast) {
		try {
			layer.start().toCompletableFuture().get(START_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			if (failFast) {
				layer.close();
				Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
				throw new ChannelsConfigurationException(property + ": Redis is not there: " + cause.getMessage(),
						"Start Redis, correct spring.data.redis, or set " + property
								+ ".redis.fail-fast=false to start without it.",
						cause);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
