package dev.channels.layer.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * Asks on all ways between this node and Redis whether they live: with messages of the
 * node to itself through each master, or with pings where these cannot be heard. The
 * maintenance thread asks; what comes back is told on I/O threads.
 */
final class Prober {

	static final long INTERVAL = Duration.ofMillis(500).toNanos();

	private static final long DEADLINE = Duration.ofSeconds(2).toNanos();

	private final Probes probes = new Probes(2 * INTERVAL);

	private final String channel;

	private final PubSubMode mode;

	private final LongSupplier clock;

	private final Runnable echoed;

	private long last;

	/**
	 * @param channel the Redis channel of this node
	 * @param echoed told on an I/O thread that a probe came back
	 */
	Prober(String channel, PubSubMode mode, LongSupplier clock, Runnable echoed) {
		this.channel = channel;
		this.mode = mode;
		this.clock = clock;
		this.echoed = echoed;
	}

	/**
	 * Whether it is time to ask again.
	 */
	boolean isDue(long interval) {
		return this.clock.getAsLong() - this.last >= interval;
	}

	/**
	 * Ask on all ways of a session.
	 * @return whether a way of before is gone
	 */
	boolean probe(RedisSession session) {
		long now = this.clock.getAsLong();
		this.last = now;
		Map<String, RedisClusterAsyncCommands<String, byte[]>> shards = session.listening().shards();
		Map<String, CompletionStage<? extends RedisClusterAsyncCommands<String, byte[]>>> masters = session.masters();
		Set<String> names = new HashSet<>(masters.keySet());
		names.addAll(session.listening().names());
		boolean gone = this.probes.expect(names, now);
		masters.forEach((name, master) -> master.thenAccept((commands) -> {
			if (this.mode == PubSubMode.SHARDED) {
				ping(name, commands, now);
			}
			else {
				commands.publish(this.channel, Probes.write(name, now))
					.thenAccept((receivers) -> this.probes.sign(name, now));
			}
		}));
		shards.forEach((name, shard) -> ping(name, shard, now));
		return gone;
	}

	private void ping(String name, RedisClusterAsyncCommands<String, byte[]> commands, long sent) {
		commands.ping().thenAccept((pong) -> {
			this.probes.echo(name, sent);
			this.echoed.run();
		});
	}

	/**
	 * A message came on a connection that subscribes.
	 * @return whether it was a probe
	 */
	boolean take(String connection, byte[] message) {
		this.probes.sign(connection, this.clock.getAsLong());
		if (!this.probes.take(connection, message)) {
			return false;
		}
		this.echoed.run();
		return true;
	}

	/**
	 * Return the ways that are silent, with the time from which on they may be.
	 */
	Map<String, Long> silences() {
		return this.probes.silentSince(this.clock.getAsLong() - INTERVAL - DEADLINE);
	}

	int ways() {
		return this.probes.number();
	}

	/**
	 * All ways begin anew.
	 */
	void begin() {
		this.probes.begin(this.clock.getAsLong());
	}

	/**
	 * One way begins anew.
	 */
	void begin(String way) {
		this.probes.begin(way, this.clock.getAsLong());
	}

	/**
	 * Whether on all ways, except these, a probe came back that was sent later than this.
	 */
	boolean haveAllCameBackSince(long time, Set<String> except) {
		return this.probes.haveAllCameBackSince(time, except);
	}

	/**
	 * Whether this was a master of the cluster until it failed and another one took its
	 * place. If it was frozen it may still send on what it got long ago.
	 */
	boolean isReplaced(String master) {
		return this.probes.isReplaced(master);
	}

}
