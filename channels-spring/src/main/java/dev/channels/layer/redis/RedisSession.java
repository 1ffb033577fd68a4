package dev.channels.layer.redis;

import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.Delegating;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.protocol.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a node that are opened and closed together: one for commands, and
 * what subscribes.
 */
final class RedisSession implements AutoCloseable {

	private final StatefulConnection<String, byte[]> connection;

	private final RedisClusterAsyncCommands<String, byte[]> commands;

	private final @Nullable ClusterTopology topology;

	private volatile Listening listening;

	/** How Redis knows the connection for commands, as far as it has said so. */
	private volatile @Nullable String client;

	RedisSession(StatefulConnection<String, byte[]> connection, RedisClusterAsyncCommands<String, byte[]> commands,
			@Nullable ClusterTopology topology, Listening listening) {
		this.connection = connection;
		this.commands = commands;
		this.topology = topology;
		this.listening = listening;
		if (topology == null) {
			identify();
			connection.addListener(new RedisConnectionStateListener() {
				@Override
				public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
					identify();
				}
			});
		}
	}

	RedisClusterAsyncCommands<String, byte[]> commands() {
		return this.commands;
	}

	Listening listening() {
		return this.listening;
	}

	/**
	 * Subscribe with another connection, and close the one of before.
	 */
	void listenWith(Listening next) {
		this.listening.close();
		this.listening = next;
		next.open();
	}

	/**
	 * Return the masters through which commands go, with what sends commands to each: the
	 * one Redis, or those of a cluster.
	 */
	Map<String, CompletionStage<? extends RedisClusterAsyncCommands<String, byte[]>>> masters() {
		ClusterTopology topology = this.topology;
		if (topology == null) {
			return Map.of("Redis", CompletableFuture.completedStage(this.commands));
		}
		StatefulRedisClusterConnection<String, byte[]> cluster = (StatefulRedisClusterConnection<String, byte[]>) this.connection;
		Map<String, CompletionStage<? extends RedisClusterAsyncCommands<String, byte[]>>> masters = new HashMap<>();
		topology.masters()
			.forEach((master) -> masters.put(name(master),
					cluster.getConnectionAsync(master.getHost(), master.getPort()).thenApply((node) -> node.async())));
		return masters;
	}

	@Nullable String masterOf(String channel) {
		RedisURI owner = (this.topology != null) ? this.topology.ownerOf(channel) : null;
		return (owner != null) ? name(owner) : null;
	}

	/**
	 * Return the master that a way of probes leads to, {@code null} if it is none.
	 */
	@Nullable RedisURI masterOfWay(String way) {
		ClusterTopology topology = this.topology;
		return (topology == null) ? null
				: topology.masters()
					.stream()
					.filter((master) -> way.equals(name(master)) || way.equals(ShardedPubSub.name(master)))
					.findFirst()
					.orElse(null);
	}

	/**
	 * Cut the connection of one way, which is opened again by itself.
	 */
	void cut(String way) {
		RedisURI master = masterOfWay(way);
		if (master == null || !way.equals(name(master))) {
			this.listening.cut(way);
		}
		else if (this.connection instanceof StatefulRedisClusterConnection<String, byte[]> cluster) {
			cluster.getConnectionAsync(master.getHost(), master.getPort()).thenAccept(RedisSession::cut);
		}
	}

	/**
	 * Closing it would be for ever.
	 */
	private static void cut(Object connection) {
		Object writer = (connection instanceof RedisChannelHandler<?, ?> handler) ? handler.getChannelWriter() : null;
		while (writer instanceof Delegating<?> outer) {
			writer = outer.getDelegate();
		}
		if (writer instanceof DefaultEndpoint endpoint) {
			endpoint.disconnect();
		}
	}

	static String name(RedisURI master) {
		return master.getHost() + ":" + master.getPort();
	}

	/**
	 * Ask how Redis knows the connection for commands, which changes when the client
	 * connects again. On a cluster there are many, and events carry their master.
	 */
	private void identify() {
		this.commands.clientInfo().thenAccept((info) -> this.client = info);
	}

	/**
	 * Return what CLIENT INFO says of the connection for commands, {@code null} if it is
	 * not known.
	 */
	@Nullable String client() {
		return this.client;
	}

	/**
	 * Close all, without waiting for a server that may be frozen.
	 */
	@Override
	public void close() {
		this.listening.close();
		this.connection.closeAsync();
	}

}
