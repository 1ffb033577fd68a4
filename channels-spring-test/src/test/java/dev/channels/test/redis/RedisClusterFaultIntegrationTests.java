package dev.channels.test.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 8 on a Redis Cluster, with classic and with sharded pub/sub.
 */
class RedisClusterFaultIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(3);

	private RedisCluster redis;

	private RedisNodes nodes;

	@BeforeEach
	void start() {
		this.redis = RedisCluster.start();
		this.nodes = RedisNodes.on(this.redis);
	}

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMasterThatIsKilledIsReplaced(boolean sharded) throws Exception {
		try (LoadedNodes loaded = new LoadedNodes(this.nodes.sharded(sharded))) {
			RedisServer failed = this.redis.masterOf(slotOfAGroup());
			long begin = System.nanoTime();
			failed.kill();
			awaitFailover("killed", sharded, loaded, failed, begin);
			failed.restart();
			this.redis.awaitOk();
			loaded.awaitDelivery(LIMIT);
			loaded.assertSound();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMasterThatIsFrozenIsReplaced(boolean sharded) throws Exception {
		try (LoadedNodes loaded = new LoadedNodes(this.nodes.sharded(sharded))) {
			RedisServer failed = this.redis.masterOf(slotOfAGroup());
			long begin = System.nanoTime();
			failed.freeze();
			awaitFailover("frozen", sharded, loaded, failed, begin);
			failed.thaw();
			await().atMost(30, TimeUnit.SECONDS).until(() -> failed.cli("ROLE").startsWith("slave\n"));
			loaded.awaitDelivery(LIMIT);
			loaded.assertSound();
			System.out.printf("After the thaw %d events came late and were dropped%n", loaded.late());
		}
	}

	private void awaitFailover(String what, boolean sharded, LoadedNodes loaded, RedisServer failed, long begin) {
		this.redis.awaitMasterInsteadOf(failed);
		long promoted = System.nanoTime();
		loaded.awaitDelivery(LIMIT);
		long back = System.nanoTime();
		loaded.awaitGaps(0);
		System.out.printf(
				"Master of a cluster %s, %s: promoted after %d ms, all 1,000 members get events of both nodes %d ms "
						+ "later, gaps %s, %d sends failed%n",
				what, sharded ? "sharded" : "classic", TimeUnit.NANOSECONDS.toMillis(promoted - begin),
				TimeUnit.NANOSECONDS.toMillis(back - promoted), loaded.gaps(), loaded.failed());
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void cutConnectionsAreOpenedAgain(boolean sharded) throws Exception {
		try (LoadedNodes loaded = new LoadedNodes(this.nodes.sharded(sharded))) {
			for (int i = 0; i < 3; i++) {
				this.redis.nodes().forEach((node) -> node.cli("CLIENT", "KILL", "TYPE", "pubsub"));
				Duration back = loaded.awaitDelivery(LIMIT);
				loaded.awaitGaps(i);
				System.out.printf("Connections to a cluster cut, %s: all 1,000 members get events of both nodes %d ms "
						+ "later, gaps %s%n", sharded ? "sharded" : "classic", back.toMillis(), loaded.gaps());
			}
			assertThat(loaded.gaps()).allSatisfy((gaps) -> assertThat(gaps).hasSize(3));
			loaded.assertSound();
		}
	}

	@Test
	void aSlotThatMovesIsFollowed() throws Exception {
		try (LoadedNodes loaded = new LoadedNodes(this.nodes.sharded(true))) {
			int slot = slotOfAGroup();
			RedisServer source = this.redis.masterOf(slot);
			RedisServer target = this.redis.masters()
				.stream()
				.filter((node) -> node != source)
				.findFirst()
				.orElseThrow();
			for (RedisServer owner : new RedisServer[] { target, source }) {
				int before = loaded.gaps().get(0).size();
				this.redis.migrate(slot, owner);
				Duration back = loaded.awaitDelivery(LIMIT);
				loaded.awaitGaps(before);
				assertThat(owner.cli("PUBSUB", "SHARDNUMSUB", channel())).isEqualTo(channel() + "\n2");
				System.out.printf("Slot moved: all 1,000 members get events of both nodes %d ms later, gaps %s%n",
						back.toMillis(), loaded.gaps());
			}
			loaded.assertSound();
		}
	}

	private int slotOfAGroup() {
		return this.redis.slotOf(channel());
	}

	private static String channel() {
		return "asgi__group__" + LoadedNodes.groups().get(0).value();
	}

}
