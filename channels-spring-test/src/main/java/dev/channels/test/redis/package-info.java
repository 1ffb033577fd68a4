/**
 * Redis for tests: {@link dev.channels.test.redis.RedisServer},
 * {@link dev.channels.test.redis.RedisSentinels} and
 * {@link dev.channels.test.redis.RedisCluster}, with switches for faults.
 */
@NullMarked
package dev.channels.test.redis;

import org.jspecify.annotations.NullMarked;
