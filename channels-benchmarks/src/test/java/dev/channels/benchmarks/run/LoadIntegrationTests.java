package dev.channels.benchmarks.run;

import java.nio.file.Path;
import java.util.List;

import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Pace;
import dev.channels.benchmarks.load.Scenario;
import dev.channels.benchmarks.load.Scenario.Kind;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A run of everything in small: servers and driver start, and nothing is lost. How fast
 * it is does not count.
 */
class LoadIntegrationTests {

	private static final Scenario ROOMS = new Scenario("rooms", Kind.TRAFFIC, 4, 5, 5, Pace.WINDOW, 8, 50, 300, 1);

	private static final Scenario BURST = new Scenario("burst", Kind.TRAFFIC, 2, 10, 1, Pace.BURST, 100, 0, 200, 1);

	private static final Scenario CHURN = new Scenario("churn", Kind.CHURN, 10, 1, 1, Pace.WINDOW, 5, 10, 40, 1);

	@TempDir
	private Path logs;

	@ParameterizedTest
	@ValueSource(strings = { "channels", "spring" })
	void nothingIsLostDoubledOrOutOfOrder(String name) throws Exception {
		try (Trial trial = Trial.start(Peer.parse(name), 1, Jdk.current(), List.of(), this.logs)) {
			for (Scenario scenario : List.of(ROOMS, BURST, CHURN)) {
				Measurement measurement = trial.run(scenario);
				assertThat(measurement.faults()).hasToString("none");
				assertThat(measurement.units()).isEqualTo(scenario.messages() * scenario.members());
				assertThat(measurement.cpuMicrosPerUnit()).isPositive();
				assertThat(measurement.latency().p50()).isPositive();
			}
		}
	}

}
