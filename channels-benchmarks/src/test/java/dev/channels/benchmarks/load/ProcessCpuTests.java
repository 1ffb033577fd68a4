package dev.channels.benchmarks.load;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ProcessCpu}.
 */
class ProcessCpuTests {

	@Test
	void readsWhatFollowsTheNameOfTheCommand() {
		assertThat(ProcessCpu.parse("17 (a) b) c) S 1 17 17 0 -1 4194304 1 2 3 4 150 25 7 8 20 0 1 0 99"))
			.isEqualTo(new ProcessCpu(1_500_000, 250_000));
	}

	@Test
	void knowsThisProcess() {
		ProcessCpu before = ProcessCpu.of(ProcessHandle.current().pid());
		assertThat(before.micros()).isPositive();
		assertThat(ProcessCpu.of(ProcessHandle.current().pid()).since(before).micros()).isNotNegative();
	}

}
