package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes with sharded pub/sub: on one connection to each master of a cluster, to the
 * channels of its slots, and remembers on which connection each subscription was made.
 * What is found elsewhere is given up as lost, and so subscribed again at its owner: a
 * connection that broke, a slot that Redis says has moved, and, since a dead shard says
 * nothing, each channel whose owner is not the one of its subscription any more.
 * <p>
 * The client's own cluster connection does neither follow slots nor tell that it lost a
 * shard, and after a reconnect it asks for channels of several slots at once, which Redis
 * refuses.
 * <p>
 * {@link #check()} runs on the maintenance thread, which alone opens connections;
 * subscriptions are sent by any thread, under the monitor of {@link Subscriptions};
 * callbacks run on I/O threads. Both maps are concurrent, and a change of one needs no
 * change of the other at the same moment.
 */
final class ShardedPubSub implements Listening {

	private static final Log logger = LogFactory.getLog(ShardedPubSub.class);

	private static final long RETRY = Duration.ofMillis(250).toNanos();

	/**
	 * Each channel takes a command of its own, and a connection takes 10,000.
	 */
	private static final int WINDOW = 5000;

	private final RedisClients clients;

	private final ClusterTopology topology;

	private final Subscriptions subscriptions;

	private final Events events;

	private final Map<RedisURI, Shard> shards = new ConcurrentHashMap<>();

	/** Where the acknowledged subscriptions are. */
	private final ShardPlaces<Shard, RedisURI> places = new ShardPlaces<>();

	private volatile boolean closed;

	ShardedPubSub(RedisClients clients, ClusterTopology topology, Subscriptions subscriptions, Events events) {
		this.clients = clients;
		this.topology = topology;
		this.subscriptions = subscriptions;
		this.events = events;
	}

	@Override
	public void open() {
		this.subscriptions.connected(this);
		check();
	}

	@Override
	public void mute() {
		this.closed = true;
		this.subscriptions.disconnected(this);
	}

	@Override
	public void close() {
		mute();
		this.shards.values().forEach(Shard::close);
	}

	@Override
	public void check() {
		Set<RedisURI> masters = this.topology.masters();
		List<String> lost = new ArrayList<>(this.places.displaced(this.topology::ownerOf));
		this.shards.values().stream().filter((shard) -> !masters.contains(shard.master)).forEach((shard) -> {
			lost.addAll(forget(shard));
			shard.close();
		});
		if (!lost.isEmpty()) {
			logger.info(lost.size() + " subscription(s) are made again: their slots are served by another Redis node");
			lost.forEach(this.subscriptions::lost);
			this.events.disconnected();
		}
		for (RedisURI master : masters) {
			Shard shard = this.shards.get(master);
			if (shard == null || shard.isToBeOpenedAgain()) {
				shard = new Shard(master);
				this.shards.put(master, shard);
				shard.open();
			}
		}
	}

	@Override
	public Set<String> names() {
		return shards().keySet();
	}

	@Override
	public Map<String, RedisClusterAsyncCommands<String, byte[]>> shards() {
		Map<String, RedisClusterAsyncCommands<String, byte[]>> commands = new HashMap<>();
		this.shards.values().forEach((shard) -> {
			StatefulRedisPubSubConnection<String, byte[]> connection = shard.connection;
			if (connection != null) {
				commands.put(shard.name, connection.async());
			}
		});
		return commands;
	}

	@Override
	public void cut(String name) {
		this.shards.values().stream().filter((shard) -> shard.name.equals(name)).forEach((shard) -> {
			shard.close();
			shard.lost();
		});
	}

	/**
	 * The name of the connection to a master among the ways of probes.
	 */
	static String name(RedisURI master) {
		return PubSubConnection.NAME + " on " + RedisSession.name(master);
	}

	@Override
	public void subscribe(List<String> channels) {
		// channels of different slots cannot share a command
		List<String> unsent = channels.stream().filter((channel) -> !subscribe(channel)).toList();
		this.subscriptions.notSent(unsent);
	}

	private boolean subscribe(String channel) {
		RedisURI owner = this.topology.ownerOf(channel);
		Shard shard = (owner != null) ? this.shards.get(owner) : null;
		return shard != null && shard.subscribe(channel);
	}

	@Override
	public int window() {
		return WINDOW;
	}

	@Override
	public void unsubscribe(List<String> channels) {
		for (String channel : channels) {
			Shard shard = this.places.get(channel);
			StatefulRedisPubSubConnection<String, byte[]> connection = (shard != null) ? shard.connection : null;
			if (connection != null) {
				connection.async().sunsubscribe(channel);
			}
			else {
				this.subscriptions.lost(channel);
			}
		}
	}

	/**
	 * Go on without a shard.
	 * @return the subscriptions that were on it
	 */
	private List<String> forget(Shard shard) {
		this.shards.remove(shard.master, shard);
		return this.places.remove(shard);
	}

	/**
	 * The connection to one master. Callbacks run on an I/O thread.
	 */
	private final class Shard extends RedisPubSubAdapter<String, byte[]> implements RedisConnectionStateListener {

		private final RedisURI master;

		private final String name;

		private volatile @Nullable StatefulRedisPubSubConnection<String, byte[]> connection;

		private final long created = System.nanoTime();

		private volatile boolean ended;

		Shard(RedisURI master) {
			this.master = master;
			this.name = name(master);
		}

		void open() {
			ShardedPubSub.this.clients.openShard(this.master).whenComplete((opened, failure) -> {
				if (opened == null) {
					logger.debug("No connection to " + this.master, failure);
					this.ended = true;
					refused(failure);
					return;
				}
				opened.addListener((RedisConnectionStateListener) this);
				opened.addListener((RedisPubSubListener<String, byte[]>) this);
				this.connection = opened;
				if (this.ended || ShardedPubSub.this.closed || !opened.isOpen()) {
					close();
					lost();
					return;
				}
				ShardedPubSub.this.subscriptions.retry();
				ShardedPubSub.this.events.connected();
			});
		}

		/**
		 * Whether it could not be opened, and that was a while ago.
		 */
		boolean isToBeOpenedAgain() {
			return this.ended && System.nanoTime() - this.created > RETRY;
		}

		void close() {
			this.ended = true;
			StatefulRedisPubSubConnection<String, byte[]> connection = this.connection;
			if (connection != null) {
				connection.closeAsync();
			}
		}

		private void lost() {
			List<String> channels = forget(this);
			if (!ShardedPubSub.this.closed) {
				channels.forEach(ShardedPubSub.this.subscriptions::lost);
				ShardedPubSub.this.events.disconnected();
			}
		}

		boolean subscribe(String channel) {
			StatefulRedisPubSubConnection<String, byte[]> connection = this.connection;
			if (connection == null) {
				return false;
			}
			connection.async().ssubscribe(channel).whenComplete((done, failure) -> {
				if (failure != null && !ShardedPubSub.this.places.contains(channel)) {
					refused(channel, failure);
				}
			});
			return true;
		}

		private void refused(String channel, Throwable failure) {
			if (RedisProblems.isForbidden(failure)) {
				ShardedPubSub.this.subscriptions.refused(ShardedPubSub.this, List.of(channel));
			}
			else if (isMoved(failure)) {
				ShardedPubSub.this.subscriptions.lost(channel);
			}
			else {
				ShardedPubSub.this.subscriptions.notSent(List.of(channel));
			}
			refused(failure);
		}

		private static boolean isMoved(Throwable failure) {
			return failure instanceof RedisCommandExecutionException
					&& String.valueOf(failure.getMessage()).startsWith("MOVED");
		}

		private void refused(Throwable failure) {
			if (isMoved(failure)) {
				ShardedPubSub.this.events.moved();
			}
			else if (!ShardedPubSub.this.closed) {
				ShardedPubSub.this.events.refused(failure);
			}
		}

		@Override
		public void ssubscribed(String channel, long count) {
			ShardedPubSub.this.places.put(channel, this, this.master);
			ShardedPubSub.this.subscriptions.subscribed(ShardedPubSub.this, channel);
		}

		@Override
		public void sunsubscribed(String channel, long count) {
			if (ShardedPubSub.this.places.remove(channel, this)
					&& ShardedPubSub.this.subscriptions.unsubscribed(ShardedPubSub.this, channel)) {
				ShardedPubSub.this.events.moved();
			}
		}

		@Override
		public void smessage(String channel, byte[] message) {
			// an old owner may still have something to say
			if (!ShardedPubSub.this.closed && ShardedPubSub.this.places.get(channel) == this) {
				ShardedPubSub.this.events.message(this.name, channel, message);
			}
		}

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
			if (!this.ended) {
				close();
				lost();
			}
		}

	}

}
