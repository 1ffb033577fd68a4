package dev.channels.benchmarks.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Scenario;

/**
 * What was measured, by scenario, peer and round.
 */
final class Results {

	private static final String BASE = "spring";

	private final Map<Scenario, Map<String, Map<Integer, Measurement>>> all = new LinkedHashMap<>();

	private final List<String> failures = new ArrayList<>();

	void add(Scenario scenario, String peer, int round, Measurement measurement) {
		this.all.computeIfAbsent(scenario, (key) -> new LinkedHashMap<>())
			.computeIfAbsent(peer, (key) -> new LinkedHashMap<>())
			.put(round, measurement);
	}

	/**
	 * There is no measurement, since a server or the driver failed.
	 */
	void addFailure(Scenario scenario, String peer, int round, IllegalStateException failure) {
		this.failures
			.add(at(scenario, peer, round) + String.valueOf(failure.getMessage()).lines().findFirst().orElse(""));
	}

	private static String at(Scenario scenario, String peer, int round) {
		return scenario.name() + ", " + peer + ", round " + round + ": ";
	}

	List<Scenario> scenarios() {
		return List.copyOf(this.all.keySet());
	}

	List<Measurement> of(Scenario scenario, String peer) {
		return List.copyOf(rounds(scenario, peer).values());
	}

	private Map<Integer, Measurement> rounds(Scenario scenario, String peer) {
		return this.all.getOrDefault(scenario, Map.of()).getOrDefault(peer, Map.of());
	}

	/**
	 * Return what others are compared with: the handler written by hand, or who is first.
	 */
	String base(List<String> peers) {
		return peers.contains(BASE) ? BASE : peers.get(0);
	}

	/**
	 * Compare a peer with the base, round by round.
	 * @param cost what to compare
	 */
	List<Double> ratios(Scenario scenario, String peer, String base, ToDoubleFunction<Measurement> cost) {
		List<Double> result = new ArrayList<>();
		Map<Integer, Measurement> others = rounds(scenario, base);
		rounds(scenario, peer).forEach((round, measurement) -> {
			Measurement other = others.get(round);
			if (other != null) {
				result.add(cost.applyAsDouble(measurement) / cost.applyAsDouble(other));
			}
		});
		return result;
	}

	/**
	 * Return what went wrong, line by line.
	 */
	List<String> faults() {
		List<String> result = new ArrayList<>(this.failures);
		this.all.forEach((scenario, peers) -> peers.forEach((peer, rounds) -> rounds.forEach((round, measurement) -> {
			if (!measurement.faults().none()) {
				result.add(at(scenario, peer, round) + measurement.faults());
			}
		})));
		return result;
	}

}
