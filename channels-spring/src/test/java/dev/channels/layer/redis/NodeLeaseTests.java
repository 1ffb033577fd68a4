package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import dev.channels.ChannelLayerException;
import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link NodeLease}.
 */
class NodeLeaseTests {

	private final CapturedLog log = CapturedLog.of(NodeLease.class).at(Level.INFO);

	private final FakeRedis redis = new FakeRedis();

	private final NodeLease lease = new NodeLease(this.redis, new RedisNames("asgi"), "n1", Duration.ofSeconds(6));

	@AfterEach
	void release() {
		this.log.close();
	}

	@Test
	void saysThatItLivesForTheDurationOfTheLease() {
		answer(1000, true);
		beat();
		assertThat(this.redis.received()).containsExactly("HEARTBEAT asgi:{nodes} n1 6000");
	}

	@Test
	void learnsTheTimeAndWhoIsDead() {
		assertThat(this.lease.time()).isZero();
		answer(1000, true, "n2", "n3");
		NodeLease.Beat beat = beat();
		assertThat(this.lease.time()).isEqualTo(1000);
		assertThat(beat).isEqualTo(new NodeLease.Beat(true, List.of("n2", "n3"), Duration.ofMillis(700)));
	}

	@Test
	void theFirstLeaseIsNotOneThatHadEnded() {
		answer(1000, false);
		assertThat(beat().held()).isFalse();
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void aLeaseThatHadEndedIsLogged() {
		answer(1000, true);
		beat();
		answer(9000, false);
		assertThat(beat().held()).isFalse();
		assertThat(this.log.messages())
			.containsExactly("The lease of this node had ended, its members are registered again");
	}

	/**
	 * After an outage all nodes come back, one after the other.
	 */
	@Test
	void whoWasAwayItselfGivesOthersALeaseToComeBack() {
		answer(10_000, true);
		beat();
		answer(30_000, false, "n2");
		assertThat(beat().dead()).isEmpty();
		answer(35_999, true, "n2");
		assertThat(beat().dead()).isEmpty();
		answer(36_000, true, "n2");
		assertThat(beat().dead()).containsExactly("n2");
	}

	@Test
	void whoHasJustStartedKnowsWhoIsDead() {
		answer(30_000, false, "n2");
		assertThat(beat().dead()).containsExactly("n2");
	}

	@Test
	void aFailureKeepsTheTime() {
		answer(1000, true);
		beat();
		this.redis.answer("HEARTBEAT", new IllegalStateException("expected by the test"));
		assertThat(this.lease.beat()).isCompletedExceptionally();
		assertThat(this.lease.time()).isEqualTo(1000);
	}

	@Test
	void aNodeThatEndedDoesNotComeBackByALateHeartbeat() {
		answer(1000, true);
		beat();
		this.redis.received();
		assertThat(this.lease.end()).isCompleted();
		assertThat(this.redis.received()).containsExactly("zrem asgi:{nodes} n1");
		assertThat(this.lease.beat()).isCompletedExceptionally()
			.failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(ChannelLayerException.class)
			.withMessageContaining("The layer is closed");
		assertThat(this.redis.received()).isEmpty();
	}

	private NodeLease.Beat beat() {
		return this.lease.beat().toCompletableFuture().join();
	}

	private void answer(long time, boolean held, String... dead) {
		this.redis.answer("HEARTBEAT",
				List.of(time, held ? 1L : 0L, List.of(dead).stream().map(Script::bytes).toList(), 700L));
	}

}
