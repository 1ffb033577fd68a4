package dev.channels.layer.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows on which ways messages of this node to itself come back: through the one Redis,
 * or through each master of a cluster, on each connection that subscribes.
 * <p>
 * The maintenance thread says which ways there are and asks; what comes back is told on
 * I/O threads.
 */
final class Probes {

	/** No event begins like this: neither JSON nor a msgpack map nor a Fernet token. */
	private static final byte PROBE = 0;

	private static final int HEADER = 1 + Long.BYTES;

	private final Map<String, Way> ways = new ConcurrentHashMap<>();

	/** Ways that were silent when they were given up. */
	private final Set<String> replaced = ConcurrentHashMap.newKeySet();

	private final long patience;

	/**
	 * @param patience after which time without a probe that came back a way that is given
	 * up had failed
	 */
	Probes(long patience) {
		this.patience = patience;
	}

	/**
	 * These ways there are now, no others.
	 * @return whether one is gone
	 */
	boolean expect(Set<String> names, long now) {
		names.forEach((name) -> this.ways.computeIfAbsent(name, (key) -> new Way(now)));
		this.replaced.removeAll(names);
		this.ways.forEach((name, way) -> {
			if (!names.contains(name) && now - way.lastSign > this.patience) {
				this.replaced.add(name);
			}
		});
		return this.ways.keySet().retainAll(names);
	}

	/**
	 * Begin anew with other connections, none of which can be called silent yet.
	 */
	void begin(long now) {
		this.ways.values().forEach((way) -> way.begin = now);
	}

	/**
	 * Whether a way had failed and was given up: what still comes on it was overtaken.
	 */
	boolean isReplaced(String name) {
		return this.replaced.contains(name);
	}

	/**
	 * One way begins anew with another connection.
	 */
	void begin(String name, long now) {
		Way way = this.ways.get(name);
		if (way != null) {
			way.begin = now;
		}
	}

	/**
	 * Return the ways that have given no sign of life since, with the time from which on
	 * they may be silent.
	 */
	Map<String, Long> silentSince(long time) {
		Map<String, Long> silent = new HashMap<>();
		this.ways.forEach((name, way) -> {
			if (Math.max(way.begin, way.lastSign) < time) {
				silent.put(name, (way.lastSign != 0) ? way.lastSign : way.begin);
			}
		});
		return silent;
	}

	/**
	 * Whether on each way a probe came back that was sent later than this.
	 * @param except ways that do not count
	 */
	boolean haveAllCameBackSince(long time, Set<String> except) {
		return this.ways.size() > except.size() && this.ways.entrySet()
			.stream()
			.allMatch((way) -> way.getValue().lastEcho > time || except.contains(way.getKey()));
	}

	int number() {
		return this.ways.size();
	}

	/**
	 * A way lives: the echo of a probe may wait behind many events.
	 * @param time when something came, or was sent that was taken
	 */
	void sign(String name, long time) {
		Way way = this.ways.get(name);
		if (way != null) {
			way.lastSign = Math.max(way.lastSign, time);
		}
	}

	/**
	 * A probe came back.
	 * @param sent when it was sent
	 */
	void echo(String name, long sent) {
		Way way = this.ways.get(name);
		if (way != null) {
			way.lastEcho = Math.max(way.lastEcho, sent);
			way.lastSign = Math.max(way.lastSign, sent);
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
	 * @param connection the way that it came on in the end
	 * @return whether it was one
	 */
	boolean take(String connection, byte[] message) {
		if (message.length < HEADER || message[0] != PROBE) {
			return false;
		}
		long sent = ByteBuffer.wrap(message, 1, Long.BYTES).getLong();
		echo(new String(message, HEADER, message.length - HEADER, StandardCharsets.UTF_8), sent);
		echo(connection, sent);
		return true;
	}

	private static final class Way {

		/** Since when there is this way. */
		private volatile long begin;

		/** When the newest probe was sent of those that came back, or zero. */
		private volatile long lastEcho;

		/** When it last gave a sign of life, or zero. */
		private volatile long lastSign;

		Way(long begin) {
			this.begin = begin;
		}

	}

}
