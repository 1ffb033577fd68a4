package dev.channels.benchmarks.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.channels.benchmarks.load.Scenario.Kind;

/**
 * The scenarios by name, in the order of the tables. Those that are called cold measure
 * the first thing that a server does; all others have seen as much before as the JIT
 * needs.
 */
public final class Scenarios {

	private static final Map<String, Scenario> all = new LinkedHashMap<>();

	static {
		traffic("fanout-w1", 1, 1_000, 1, Pace.WINDOW, 1, 600, 400);
		traffic("fanout-w4", 1, 1_000, 1, Pace.WINDOW, 4, 800, 600);
		traffic("fanout-paced", 1, 1_000, 1, Pace.RATE, 30, 600, 240);
		traffic("rooms", 200, 10, 10, Pace.WINDOW, 16, 45_000, 20_000);
		traffic("rooms-paced", 200, 10, 10, Pace.RATE, 1_500, 45_000, 12_000);
		traffic("echo", 100, 1, 1, Pace.WINDOW, 100, 100_000, 80_000);
		traffic("burst", 1, 200, 1, Pace.BURST, 300, 6_000, 3_000);
		traffic("burst-cold", 1, 200, 1, Pace.BURST, 300, 0, 300);
		traffic("burst-two-rooms", 2, 200, 1, Pace.BURST, 600, 6_000, 3_000);
		traffic("burst-two-rooms-cold", 2, 200, 1, Pace.BURST, 600, 0, 600);
		add(new Scenario("churn", Kind.CHURN, 500, 1, 1, Pace.WINDOW, 20, 20_000, 8_000, 1));
		add(new Scenario("churn-cold", Kind.CHURN, 500, 1, 1, Pace.WINDOW, 20, 0, 500, 1));
		add(new Scenario("idle", Kind.IDLE, 500, 10, 1, Pace.WINDOW, 20, 500, 0, 1));
		add(new Scenario("two-nodes", Kind.TRAFFIC, 50, 10, 10, Pace.WINDOW, 16, 20_000, 10_000, 2));
	}

	private Scenarios() {
	}

	private static void traffic(String name, int rooms, int members, int senders, Pace pace, int amount, int warmup,
			int messages) {
		add(new Scenario(name, Kind.TRAFFIC, rooms, members, senders, pace, amount, warmup, messages, 1));
	}

	private static void add(Scenario scenario) {
		all.put(scenario.name(), scenario);
	}

	/**
	 * Return all scenarios.
	 * @return the scenarios by their names
	 */
	public static Map<String, Scenario> all() {
		return Collections.unmodifiableMap(all);
	}

}
