package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what to do about ways to Redis that give no sign of life. What concerns one
 * master of a cluster is left to that master: the cluster replaces it, or it comes back.
 * <ul>
 * <li>If nothing gives a sign, everything is opened anew.
 * <li>If the one connection that subscribes is silent, it alone is opened anew,
 * elsewhere.
 * <li>If one master, or a connection to it, is silent for long, the master is asked on a
 * new connection: it lives, and it is the connection that broke, if that answers.
 * </ul>
 * Measures each silence by itself. Used by the maintenance thread alone.
 */
final class SilencePolicy {

	/** How long to leave a silent master to its cluster before it is asked. */
	private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

	private final boolean cluster;

	/** The ways that are silent, with the time when they were last asked for. */
	private final Map<String, Long> silent = new HashMap<>();

	SilencePolicy(boolean cluster) {
		this.cluster = cluster;
	}

	/**
	 * @param silences the ways that are silent, with the time of their last sign of life
	 * @param ways how many ways there are
	 */
	Decision decide(Map<String, Long> silences, int ways, long now) {
		this.silent.keySet().retainAll(silences.keySet());
		List<String> fresh = silences.keySet()
			.stream()
			.filter((way) -> !this.silent.containsKey(way))
			.sorted()
			.toList();
		silences.forEach(this.silent::putIfAbsent);
		if (silences.isEmpty()) {
			return new Decision(fresh, Remedy.NONE, List.of());
		}
		if (!this.cluster || silences.size() == ways) {
			this.silent.clear();
			return new Decision(fresh, Remedy.OPEN_ANEW, List.of());
		}
		List<String> suspects = new ArrayList<>();
		this.silent.forEach((way, asked) -> {
			if (!way.equals(PubSubConnection.NAME) && now - asked > PATIENCE) {
				suspects.add(way);
			}
		});
		suspects.forEach((way) -> this.silent.put(way, now));
		return new Decision(fresh, silences.containsKey(PubSubConnection.NAME) ? Remedy.LISTEN_ANEW : Remedy.NONE,
				suspects);
	}

	/**
	 * Return the ways that were silent when it was last decided.
	 */
	Set<String> silent() {
		return Set.copyOf(this.silent.keySet());
	}

	enum Remedy {

		NONE, LISTEN_ANEW, OPEN_ANEW

	}

	/**
	 * @param fresh the ways that were not silent before
	 * @param remedy what to do at once
	 * @param suspects ways whose master is to be asked
	 */
	record Decision(List<String> fresh, Remedy remedy, List<String> suspects) {

	}

}
