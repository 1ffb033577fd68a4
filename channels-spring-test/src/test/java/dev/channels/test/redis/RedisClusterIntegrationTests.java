package dev.channels.test.redis;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link RedisCluster}.
 */
class RedisClusterIntegrationTests {

	private final RedisCluster redis = RedisCluster.start();

	@AfterEach
	void close() {
		this.redis.close();
	}

	@Test
	void servesAllSlots() {
		assertThat(this.redis.nodes()).hasSize(6);
		assertThat(this.redis.masters()).hasSize(3);
		for (int slot = 0; slot < 16384; slot += 1000) {
			assertThat(this.redis.masters()).contains(this.redis.masterOf(slot));
		}
		assertThat(this.redis.masterOf(16383)).isNotSameAs(this.redis.masterOf(0));
	}

	@Test
	void movesASlotWithItsKeys() {
		int slot = this.redis.slotOf("{moving}");
		RedisServer source = this.redis.masterOf(slot);
		for (int i = 0; i < 150; i++) {
			source.cli("SET", "{moving}" + i, "value" + i);
		}
		RedisServer target = this.redis.masters()
			.stream()
			.filter((master) -> master != source)
			.findFirst()
			.orElseThrow();
		this.redis.migrate(slot, target);
		assertThat(this.redis.masterOf(slot)).isSameAs(target);
		assertThat(target.cli("GET", "{moving}149")).isEqualTo("value149");
		assertThat(target.cli("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot))).isEqualTo("150");
		assertThatIllegalStateException().isThrownBy(() -> source.cli("GET", "{moving}149"))
			.withMessageContaining("MOVED " + slot + " 127.0.0.1:" + target.port());
		this.redis.migrate(slot, target);
		this.redis.migrate(slot, source);
		assertThat(source.cli("GET", "{moving}0")).isEqualTo("value0");
	}

	@Test
	void replacesAMasterThatIsKilled() {
		RedisServer failed = this.redis.masterOf(0);
		failed.kill();
		RedisServer master = this.redis.awaitMasterInsteadOf(failed);
		assertThat(this.redis.masterOf(0)).isSameAs(master).isNotSameAs(failed);
		assertThat(this.redis.masters()).hasSize(3).doesNotContain(failed);
		failed.restart();
		this.redis.awaitOk();
		assertThat(this.redis.masterOf(0)).isSameAs(master);
	}

}
