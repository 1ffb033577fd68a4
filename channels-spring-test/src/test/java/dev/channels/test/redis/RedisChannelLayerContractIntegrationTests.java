package dev.channels.test.redis;

import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import dev.channels.test.layer.SharedChannelLayerContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract on {@link RedisChannelLayer}, with one Redis.
 */
class RedisChannelLayerContractIntegrationTests extends SharedChannelLayerContract {

	private static final AtomicInteger tests = new AtomicInteger();

	@AutoClose
	private static final RedisServer redis = RedisServer.start();

	private RedisNodes nodes;

	@BeforeEach
	void createNodes() {
		this.nodes = RedisNodes.on(redis).prefix("test" + tests.incrementAndGet());
	}

	@AfterEach
	void closeNodes() {
		this.nodes.close();
	}

	@Override
	protected ChannelLayer createLayer(LayerSettings settings, DropCounter drops) {
		return this.nodes.start(settings, drops, new RedisLayerListener() {
		});
	}

	@Override
	protected void closeLayer(ChannelLayer layer) {
		layer.close();
	}

}
