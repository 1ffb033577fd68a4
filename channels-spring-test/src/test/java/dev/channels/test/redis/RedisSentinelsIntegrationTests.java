package dev.channels.test.redis;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RedisSentinels}.
 */
class RedisSentinelsIntegrationTests {

	private final RedisSentinels redis = RedisSentinels.start();

	@AfterEach
	void close() {
		this.redis.close();
	}

	@Test
	void replacesAMasterThatIsKilled() {
		RedisServer failed = this.redis.master();
		failed.cli("SET", "k", "v");
		assertThat(failed.cli("WAIT", "1", "5000")).isEqualTo("1");
		failed.kill();
		RedisServer master = this.redis.awaitMasterInsteadOf(failed);
		assertThat(master).isNotSameAs(failed).isSameAs(this.redis.master());
		assertThat(master.cli("GET", "k")).isEqualTo("v");
		assertThat(master.cli("SET", "k", "w")).isEqualTo("OK");
	}

	@Test
	void replacesAMasterThatIsFrozen() {
		RedisServer failed = this.redis.master();
		failed.freeze();
		RedisServer master = this.redis.awaitMasterInsteadOf(failed);
		assertThat(master.cli("ROLE")).startsWith("master");
		failed.thaw();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> failed.cli("ROLE").startsWith("slave\n"));
		assertThat(this.redis.sentinels()).hasSize(3).allMatch(RedisServer::isRunning);
		assertThat(this.redis.servers()).containsExactlyInAnyOrder(failed, master);
	}

}
