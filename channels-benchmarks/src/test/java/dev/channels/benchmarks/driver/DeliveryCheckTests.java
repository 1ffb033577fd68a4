package dev.channels.benchmarks.driver;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DeliveryCheck}.
 */
class DeliveryCheckTests {

	private final FaultCounter faults = new FaultCounter();

	private final DeliveryCheck check = new DeliveryCheck(2, this.faults);

	@Test
	void takesWhatComesInOrder() {
		for (int i = 0; i < 10; i++) {
			assertThat(this.check.received(i)).isTrue();
		}
		assertThat(this.faults.faults().none()).isTrue();
	}

	@Test
	void sendersMayOvertakeEachOther() {
		assertThat(this.check.received(1)).isTrue();
		assertThat(this.check.received(0)).isTrue();
		assertThat(this.check.received(3)).isTrue();
		assertThat(this.check.received(2)).isTrue();
		assertThat(this.faults.faults().none()).isTrue();
	}

	@Test
	void noSenderOvertakesItself() {
		this.check.received(2);
		assertThat(this.check.received(0)).isTrue();
		assertThat(this.faults.outOfOrder).isOne();
		assertThat(this.faults.doubled).isZero();
	}

	@Test
	void whatComesAgainDoesNotCount() {
		this.check.received(0);
		this.check.received(2);
		assertThat(this.check.received(0)).isFalse();
		assertThat(this.check.received(2)).isFalse();
		assertThat(this.faults.doubled).isEqualTo(2);
		assertThat(this.faults.outOfOrder).isZero();
	}

}
