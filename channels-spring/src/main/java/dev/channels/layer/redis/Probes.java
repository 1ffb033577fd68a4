package dev.channels.layer.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows on which ways messages of this node to itself come back: through the one Redis,
 * or through each master of a cluster.
 * <p>
 * The maintenance thread says which ways there are and asks; what comes back is told on
 * I/O threads.
 */
final class Probes {

	/** No event begins like this: neither JSON nor a msgpack map nor a Fernet token. */
	private static final byte PROBE = 0;

	private static final int HEADER = 1 + Long.BYTES;

	private final Map<String, Way> ways = new ConcurrentHashMap<>();

	/**
	 * These ways there are now, no others.
	 * @return whether one is gone
	 */
	boolean expect(Set<String> names, long now) {
		names.forEach((name) -> this.ways.computeIfAbsent(name, (key) -> new Way(now)));
		return this.ways.keySet().retainAll(names);
	}

	/**
	 * Begin anew, with a connection that has no past.
	 */
	void clear() {
		this.ways.clear();
	}

	/**
	 * Return the ways on which nothing came back that was sent since.
	 */
	List<String> silentSince(long time) {
		return this.ways.entrySet()
			.stream()
			.filter((way) -> Math.max(way.getValue().begin, way.getValue().lastEcho) < time)
			.map(Map.Entry::getKey)
			.toList();
	}

	/**
	 * Return when the newest probe was sent that came back on all of these ways.
	 */
	long lastEcho(Collection<String> names) {
		return names.stream().map(this.ways::get).mapToLong((way) -> (way != null) ? way.lastEcho : 0).min().orElse(0);
	}

	/**
	 * Whether on each way a probe came back that was sent later than this.
	 */
	boolean haveAllCameBackSince(long time) {
		return !this.ways.isEmpty() && this.ways.values().stream().allMatch((way) -> way.lastEcho > time);
	}

	int number() {
		return this.ways.size();
	}

	/**
	 * A probe came back.
	 * @param sent when it was sent
	 */
	void echo(String name, long sent) {
		Way way = this.ways.get(name);
		if (way != null) {
			way.lastEcho = Math.max(way.lastEcho, sent);
		}
	}

	/**
	 * Write a probe as a message.
	 */
	static byte[] write(String name, long now) {
		byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(HEADER + bytes.length).put(PROBE).putLong(now).put(bytes).array();
	}

	/**
	 * Take a message, if it is a probe.
	 * @return whether it was one
	 */
	boolean take(byte[] message) {
		if (message.length < HEADER || message[0] != PROBE) {
			return false;
		}
		echo(new String(message, HEADER, message.length - HEADER, StandardCharsets.UTF_8),
				ByteBuffer.wrap(message, 1, Long.BYTES).getLong());
		return true;
	}

	private static final class Way {

		/** Since when there is this way. */
		private final long begin;

		/** When the newest probe was sent of those that came back, or zero. */
		private volatile long lastEcho;

		Way(long begin) {
			this.begin = begin;
		}

	}

}
