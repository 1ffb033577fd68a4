package dev.channels.benchmarks.run;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Spread}.
 */
class SpreadTests {

	@Test
	void theMiddleOneIsTheMedian() {
		assertThat(Spread.of(List.of(3.0, 1.0, 20.0))).isEqualTo(new Spread(3, 1, 20, 3));
	}

	@Test
	void ofAnEvenNumberItIsBetweenTwo() {
		assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3);
	}

	@Test
	void oneFigureHasNoRange() {
		assertThat(Spread.of(List.of(0.954)).text(2)).isEqualTo("0.95");
		assertThat(Spread.of(List.of(0.954, 1.0, 1.1)).text(2)).isEqualTo("1.00 (0.95–1.10)");
	}

}
