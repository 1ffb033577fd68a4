package dev.channels.layer.redis;

import java.util.concurrent.CompletableFuture;

import dev.channels.ChannelLayerException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link AbandonedConnections}.
 */
class AbandonedConnectionsTests {

	private final FakeRedis redis = new FakeRedis();

	private final AbandonedConnections abandoned = new AbandonedConnections();

	@Test
	void areEndedOnce() {
		this.redis.answer("clientKill", 1L);
		this.abandoned.add("id=7 addr=127.0.0.1:5000 laddr=127.0.0.1:6379 name= age=3\n");
		this.abandoned.add("id=9 addr=[::1]:5002 laddr=[::1]:6379 name= age=1\n");
		this.abandoned.end(this.redis.commands());
		assertThat(this.redis.received()).containsExactly("clientKill ID 7 ADDR 127.0.0.1:5000",
				"clientKill ID 9 ADDR [::1]:5002");
		this.abandoned.end(this.redis.commands());
		assertThat(this.redis.received()).isEmpty();
	}

	@Test
	void areEndedLaterIfRedisDoesNotAnswer() {
		this.abandoned.add("id=7 addr=127.0.0.1:5000 name=\n");
		this.redis.answer("clientKill", new RedisCommandTimeoutException("timed out"));
		assertThatExceptionOfType(ChannelLayerException.class)
			.isThrownBy(() -> this.abandoned.end(this.redis.commands()));
		this.redis.received();
		this.redis.answer("clientKill", CompletableFuture.completedStage(0L));
		this.abandoned.end(this.redis.commands());
		assertThat(this.redis.received()).hasSize(1);
	}

	@Test
	void areLeftAloneIfItIsNotAllowed() {
		this.abandoned.add("id=7 addr=127.0.0.1:5000 name=\n");
		this.redis.answer("clientKill", new RedisCommandExecutionException("NOPERM no permissions"));
		this.abandoned.end(this.redis.commands());
		this.abandoned.end(this.redis.commands());
		assertThat(this.redis.received()).hasSize(1);
	}

}
