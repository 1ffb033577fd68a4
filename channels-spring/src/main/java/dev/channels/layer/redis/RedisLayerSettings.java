package dev.channels.layer.redis;

import java.time.Duration;

import dev.channels.layer.LayerSettings;

import org.springframework.util.Assert;

/**
 * Settings of a Redis layer.
 *
 * @param limits the limits that every layer has
 * @param prefix beginning of all names in Redis (default {@code asgi}, as channels_redis)
 * @param shardedPubSub whether to use sharded pub/sub, on Redis Cluster only (default
 * {@code false})
 * @param djangoInterop whether Django applications send to single connections of ours,
 * which costs a subscription each (default {@code false})
 * @param nodeLease how long a node that does not say a word is taken for alive (default 6
 * s)
 * @param claimTimeout how long an event of a worker channel may be in the hands of a
 * worker that does not say a word, before another one gets it (default 10 s)
 * @since 0.1.0
 */
public record RedisLayerSettings(LayerSettings limits, String prefix, boolean shardedPubSub, boolean djangoInterop,
		Duration nodeLease, Duration claimTimeout) {

	private static final Duration SHORTEST = Duration.ofSeconds(3);

	private static final Duration SHORTEST_EXPIRY = Duration.ofSeconds(10);

	/**
	 * Create the settings.
	 * @throws IllegalArgumentException if a value is out of range
	 */
	public RedisLayerSettings {
		new RedisNames(prefix);
		Assert.isTrue(!shardedPubSub || !djangoInterop,
				"sharded-pubsub and django-interop exclude each other: Django does not publish to shards");
		Assert.isTrue(limits.groupExpiry().compareTo(SHORTEST_EXPIRY) >= 0,
				() -> "group-expiry must be at least 10 s (memberships are renewed four times), not "
						+ limits.groupExpiry());
		Assert.isTrue(nodeLease.compareTo(SHORTEST) >= 0,
				() -> "node-lease must be at least 3 s (it is renewed each second), not " + nodeLease);
		Assert.isTrue(claimTimeout.compareTo(SHORTEST) >= 0,
				() -> "claim-timeout must be at least 3 s (it is renewed three times), not " + claimTimeout);
	}

	/**
	 * Return the default settings.
	 * @return the settings
	 */
	public static RedisLayerSettings defaults() {
		return new RedisLayerSettings(LayerSettings.defaults(), "asgi", false, false, Duration.ofSeconds(6),
				Duration.ofSeconds(10));
	}

}
