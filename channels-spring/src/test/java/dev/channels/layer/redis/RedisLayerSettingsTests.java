package dev.channels.layer.redis;

import java.time.Duration;

import dev.channels.layer.LayerSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link RedisLayerSettings}.
 */
class RedisLayerSettingsTests {

	private static final Duration SHORTEST = Duration.ofSeconds(3);

	@Test
	void hasDefaults() {
		assertThat(RedisLayerSettings.defaults()).isEqualTo(new RedisLayerSettings(LayerSettings.defaults(), "asgi",
				false, false, Duration.ofSeconds(6), Duration.ofSeconds(10)));
	}

	@Test
	void takesTheShortestDurations() {
		RedisLayerSettings settings = settings("a", false, false, SHORTEST, SHORTEST);
		assertThat(settings.nodeLease()).isEqualTo(SHORTEST);
		assertThat(settings.claimTimeout()).isEqualTo(SHORTEST);
	}

	@Test
	void shardedPubSubAndDjangoExcludeEachOther() {
		assertThat(settings("asgi", true, false, SHORTEST, SHORTEST).shardedPubSub()).isTrue();
		assertThat(settings("asgi", false, true, SHORTEST, SHORTEST).djangoInterop()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> settings("asgi", true, true, SHORTEST, SHORTEST))
			.withMessage("sharded-pubsub and django-interop exclude each other: Django does not publish to shards");
	}

	@Test
	void refusesAnIllegalPrefix() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings("a:b", false, false, SHORTEST, SHORTEST))
			.withMessageStartingWith("prefix 'a:b' is not legal: use 1 to 40 ASCII letters");
	}

	@Test
	void refusesALeaseThatEndsBetweenTwoHeartbeats() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> settings("asgi", false, false, SHORTEST.minusMillis(1), SHORTEST))
			.withMessage("node-lease must be at least 3 s (it is renewed each second), not PT2.999S");
	}

	@Test
	void refusesAClaimThatEndsBetweenTwoRenewals() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> settings("asgi", false, false, SHORTEST, SHORTEST.minusMillis(1)))
			.withMessage("claim-timeout must be at least 3 s (it is renewed three times), not PT2.999S");
	}

	private static RedisLayerSettings settings(String prefix, boolean sharded, boolean django, Duration nodeLease,
			Duration claimTimeout) {
		return new RedisLayerSettings(LayerSettings.defaults(), prefix, sharded, django, nodeLease, claimTimeout);
	}

}
