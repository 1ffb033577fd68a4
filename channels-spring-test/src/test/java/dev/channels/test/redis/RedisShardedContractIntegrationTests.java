package dev.channels.test.redis;

/**
 * The contract on a Redis Cluster, with sharded pub/sub.
 */
class RedisShardedContractIntegrationTests extends RedisClusterContractIntegrationTests {

	@Override
	boolean sharded() {
		return true;
	}

}
