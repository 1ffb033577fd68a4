package dev.channels.test.redis;

import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisLayerListener;
import dev.channels.test.layer.SharedChannelLayerContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract on a Redis Cluster.
 */
class RedisClusterContractIntegrationTests extends SharedChannelLayerContract {

	private static final AtomicInteger tests = new AtomicInteger();

	private static RedisCluster redis;

	private RedisNodes nodes;

	@BeforeAll
	static void startRedis() {
		redis = RedisCluster.start();
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	@BeforeEach
	void createNodes() {
		this.nodes = RedisNodes.on(redis).prefix("test" + tests.incrementAndGet()).sharded(sharded());
	}

	@AfterEach
	void closeNodes() {
		this.nodes.close();
	}

	boolean sharded() {
		return false;
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
