package dev.channels.test.redis;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import dev.channels.layer.redis.RedisLayerSettings;
import dev.channels.test.layer.SharedChannelLayerContract;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The contract on {@link RedisChannelLayer}.
 */
class RedisChannelLayerContractIntegrationTests extends SharedChannelLayerContract {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	private static final AtomicInteger tests = new AtomicInteger();

	private static final ExecutorService callbacks = Executors.newCachedThreadPool();

	private String prefix = "asgi";

	@BeforeEach
	void newPrefix() {
		this.prefix = "t" + System.nanoTime() + "." + tests.incrementAndGet();
	}

	@Override
	protected ChannelLayer createLayer(LayerSettings settings, DropCounter drops) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", 17379));
		RedisChannelLayer layer = new RedisChannelLayer(
				new RedisLayerSettings(settings, this.prefix, false, false, Duration.ofSeconds(6),
						Duration.ofSeconds(10)),
				new EventCodec(mapper, new JsonEventSerializer()), new LocalDelivery(settings, drops, mapper), drops,
				factory, callbacks, new RedisLayerListener() {
				});
		try {
			layer.start().toCompletableFuture().get(5, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		return layer;
	}

	@Override
	protected void closeLayer(ChannelLayer layer) {
		layer.close();
	}

}
