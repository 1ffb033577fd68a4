package dev.channels.connection;

import dev.channels.SlowConsumerPolicy;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SlowConsumer}.
 */
class SlowConsumerTests {

	private final DropCounter drops = new DropCounter();

	private final FrameQueue frames = new FrameQueue(300);

	@ParameterizedTest
	@EnumSource
	void addsWhileThereIsRoom(SlowConsumerPolicy policy) {
		assertThat(judge(policy)).isEqualTo(SlowConsumer.Verdict.ADD);
		assertThat(dropped()).isZero();
	}

	@Test
	void dropsTheNewest() {
		fill();
		assertThat(judge(SlowConsumerPolicy.DROP_NEWEST)).isEqualTo(SlowConsumer.Verdict.DROPPED);
		assertThat(dropped()).isEqualTo(1);
		assertThat(this.frames.next()).hasSize(2);
	}

	@Test
	void dropsTheOldestUntilThereIsRoom() {
		fill();
		assertThat(judge(SlowConsumerPolicy.DROP_OLDEST)).isEqualTo(SlowConsumer.Verdict.ADD);
		assertThat(dropped()).isEqualTo(1);
		assertThat(this.frames.next()).hasSize(1);
	}

	@Test
	void dropsAllBeforeItCloses() {
		fill();
		assertThat(judge(SlowConsumerPolicy.CLOSE)).isEqualTo(SlowConsumer.Verdict.CLOSE);
		assertThat(dropped()).isEqualTo(3);
		assertThat(this.frames.isEmpty()).isTrue();
	}

	private void fill() {
		this.frames.add(message());
		this.frames.add(message());
	}

	private SlowConsumer.Verdict judge(SlowConsumerPolicy policy) {
		return new SlowConsumer(policy, this.drops, "message for the client").judge(message(), this.frames);
	}

	private static OutboundFrame message() {
		return OutboundFrame.binary(new byte[120 - OutboundFrame.COST]);
	}

	private long dropped() {
		return this.drops.total(DropReason.SLOW_CONSUMER);
	}

}
