package dev.channels.architecture.planted.connection;

import io.lettuce.core.RedisClient;

/**
 * Planted: only the Redis layer knows Redis.
 */
class KnowsRedis {

	RedisClient client;

}
