package dev.channels.test.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 8 with sentinels, which put a replica in the place of a master that is gone.
 */
class RedisFailoverIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(3);

	private RedisSentinels redis;

	private RedisNodes nodes;

	@BeforeEach
	void start() {
		this.redis = RedisSentinels.start();
		this.nodes = RedisNodes.on(this.redis);
	}

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	@Test
	void aMasterThatIsKilledIsReplaced() throws Exception {
		try (LoadedNodes loaded = new LoadedNodes(this.nodes)) {
			RedisServer failed = this.redis.master();
			long begin = System.nanoTime();
			failed.kill();
			awaitFailover("killed", loaded, failed, begin);
			loaded.assertSound();
		}
	}

	@Test
	void aMasterThatIsFrozenIsReplacedAndLeftForEver() throws Exception {
		try (LoadedNodes loaded = new LoadedNodes(this.nodes)) {
			RedisServer failed = this.redis.master();
			long begin = System.nanoTime();
			failed.freeze();
			awaitFailover("frozen", loaded, failed, begin);
			failed.thaw();
			await().atMost(30, TimeUnit.SECONDS).until(() -> failed.cli("ROLE").startsWith("slave\n"));
			await().atMost(LIMIT).untilAsserted(() -> assertThat(failed.cli("PUBSUB", "CHANNELS", "asgi*")).isEmpty());
			loaded.awaitDelivery(LIMIT);
			loaded.assertSound();
		}
	}

	private void awaitFailover(String what, LoadedNodes loaded, RedisServer failed, long begin) {
		this.redis.awaitMasterInsteadOf(failed);
		long promoted = System.nanoTime();
		loaded.awaitDelivery(LIMIT);
		long back = System.nanoTime();
		loaded.awaitGaps(0);
		System.out.printf(
				"Master %s: promoted after %d ms, all 1,000 members get events of both nodes %d ms later, "
						+ "gaps %s, %d sends failed%n",
				what, TimeUnit.NANOSECONDS.toMillis(promoted - begin), TimeUnit.NANOSECONDS.toMillis(back - promoted),
				loaded.gaps(), loaded.failed());
	}

}
