package dev.channels.benchmarks.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Pace;
import dev.channels.benchmarks.load.Scenario;
import dev.channels.benchmarks.load.Scenario.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A run of everything in small: servers and driver start, and nothing is lost. How fast
 * it is does not count.
 */
class LoadIntegrationTests {

	private static final Scenario ROOMS = new Scenario("rooms", Kind.TRAFFIC, 4, 5, 5, Pace.WINDOW, 8, 50, 300, 1);

	private static final Scenario BURST = new Scenario("burst", Kind.TRAFFIC, 2, 10, 1, Pace.BURST, 100, 0, 200, 1);

	private static final Scenario CHURN = new Scenario("churn", Kind.CHURN, 10, 1, 1, Pace.WINDOW, 5, 10, 40, 1);

	/** Nothing here lives long enough for the second compiler. */
	private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1");

	@TempDir
	private Path logs;

	@Test
	void nothingIsLostDoubledOrOutOfOrder() {
		Map<String, List<Scenario>> scenarios = Map.of("channels", List.of(ROOMS, CHURN), "spring", List.of(BURST));
		scenarios.keySet().parallelStream().forEach((peer) -> drive(peer, scenarios.get(peer)));
	}

	private void drive(String peer, List<Scenario> scenarios) {
		try (Trial trial = Trial.start(Peer.parse(peer), 1, Jdk.current(), SHORT_LIVED, this.logs.resolve(peer))) {
			for (Scenario scenario : scenarios) {
				Measurement measurement = trial.run(scenario);
				assertThat(measurement.faults()).as(peer).hasToString("none");
				assertThat(measurement.units()).isEqualTo(scenario.messages() * scenario.members());
				assertThat(measurement.cpuMicrosPerUnit()).isPositive();
				assertThat(measurement.latency().p50()).isPositive();
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
