package dev.channels.test.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Redis Cluster of three masters with one replica each, as processes of this machine.
 *
 * <pre class="code">
 * try (RedisCluster redis = RedisCluster.start()) {
 *     RedisServer failed = redis.masterOf(0);
 *     failed.kill();
 *     redis.awaitMasterInsteadOf(failed);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class RedisCluster implements AutoCloseable {

	private static final int SLOTS = 16384;

	private static final int MASTERS = 3;

	private static final String[] SETTINGS = { "cluster-enabled yes", "cluster-config-file nodes.conf",
			"cluster-node-timeout 2000", "cluster-allow-replica-migration no", "cluster-replica-validity-factor 0" };

	private final RedisTopology topology = new RedisTopology();

	private final List<RedisServer> nodes = new ArrayList<>();

	private RedisCluster() {
		try {
			for (int i = 0; i < 2 * MASTERS; i++) {
				this.nodes.add(this.topology.start(RedisProgram.SERVER, SETTINGS));
			}
			meet();
			replicate();
			awaitOk();
		}
		catch (RuntimeException ex) {
			this.topology.close();
			throw ex;
		}
	}

	/**
	 * Start the nodes.
	 * @return the cluster, all nodes of which agree that it is complete
	 * @throws IllegalStateException if this machine has no {@code redis-server} of
	 * version 7 or newer
	 */
	public static RedisCluster start() {
		return new RedisCluster();
	}

	private void meet() {
		RedisServer first = this.nodes.get(0);
		for (int i = 0; i < this.nodes.size(); i++) {
			RedisServer node = this.nodes.get(i);
			node.cli("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
			if (i < MASTERS) {
				node.cli("CLUSTER", "ADDSLOTSRANGE", Integer.toString(i * SLOTS / MASTERS),
						Integer.toString((i + 1) * SLOTS / MASTERS - 1));
			}
			if (i > 0) {
				first.cli("CLUSTER", "MEET", node.host(), Integer.toString(node.port()));
			}
		}
		this.topology.await("nodes that know each other",
				() -> this.nodes.stream()
					.allMatch((node) -> entries(node).count() == this.nodes.size()
							&& entries(node).allMatch((entry) -> entry.isConnected())));
	}

	/**
	 * The second half of the nodes are the replicas of the first. That lasts: the two of
	 * a pair change roles, no other takes one.
	 */
	private void replicate() {
		for (int i = 0; i < MASTERS; i++) {
			this.nodes.get(MASTERS + i).cli("CLUSTER", "REPLICATE", id(this.nodes.get(i)));
		}
		this.topology.await("replicas", () -> this.nodes.stream().skip(MASTERS).allMatch(RedisCluster::isInStep)
				&& this.nodes.stream().allMatch((node) -> entries(node).filter(ClusterEntry::isReplica).count() == 3));
	}

	private static boolean isInStep(RedisServer replica) {
		return replica.cli("INFO", "replication").contains("master_link_status:up");
	}

	/**
	 * Return all nodes, whatever their roles and whether they run or not.
	 * @return six servers
	 */
	public List<RedisServer> nodes() {
		return List.copyOf(this.nodes);
	}

	/**
	 * Return the nodes that run and are masters now.
	 * @return servers, three unless one was killed a moment ago
	 */
	public List<RedisServer> masters() {
		return running().filter((node) -> node.cli("ROLE").startsWith("master\n")).toList();
	}

	/**
	 * Return the node that serves a slot, as the others see it.
	 * @param slot the slot, 0 to 16383
	 * @return the node
	 */
	public RedisServer masterOf(int slot) {
		return masterOf(slot, running().findFirst().orElseThrow());
	}

	private RedisServer masterOf(int slot, RedisServer observer) {
		return entries(observer).filter((entry) -> entry.serves(slot))
			.map((entry) -> node(entry.port()))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("Nobody serves slot " + slot));
	}

	/**
	 * Return the slot of a key.
	 * @param key the key
	 * @return the slot, 0 to 16383
	 */
	public int slotOf(String key) {
		return Integer.parseInt(running().findFirst().orElseThrow().cli("CLUSTER", "KEYSLOT", key));
	}

	/**
	 * Move a slot and its keys to another master, as a resharding does.
	 * @param slot the slot
	 * @param target the master that is to serve it
	 * @throws IllegalStateException if not all nodes agree after half a minute
	 */
	public void migrate(int slot, RedisServer target) {
		RedisServer source = masterOf(slot);
		if (source == target) {
			return;
		}
		String number = Integer.toString(slot);
		target.cli("CLUSTER", "SETSLOT", number, "IMPORTING", id(source));
		source.cli("CLUSTER", "SETSLOT", number, "MIGRATING", id(target));
		for (String keys = keysIn(source, number); !keys.isEmpty(); keys = keysIn(source, number)) {
			for (String key : keys.split("\n")) {
				source.cli("MIGRATE", target.host(), Integer.toString(target.port()), key, "0", "5000");
			}
		}
		target.cli("CLUSTER", "SETSLOT", number, "NODE", id(target));
		source.cli("CLUSTER", "SETSLOT", number, "NODE", id(target));
		this.topology.await("agreement that slot " + slot + " is on " + target,
				() -> running().allMatch((node) -> masterOf(slot, node) == target));
	}

	private static String keysIn(RedisServer node, String slot) {
		return node.cli("CLUSTER", "GETKEYSINSLOT", slot, "100");
	}

	/**
	 * Wait until the replica of a master has taken its place, and all nodes that run say
	 * so.
	 * @param failed the master of before, killed or frozen
	 * @return the master
	 * @throws IllegalStateException if there is none after half a minute
	 */
	public RedisServer awaitMasterInsteadOf(RedisServer failed) {
		int index = this.nodes.indexOf(failed);
		RedisServer other = this.nodes.get((index + MASTERS) % this.nodes.size());
		this.topology.await("master instead of " + failed, () -> running().allMatch((node) -> entries(node)
			.anyMatch((entry) -> entry.port() == other.port() && !entry.isReplica() && entry.servesAny())));
		awaitOk();
		return other;
	}

	/**
	 * Wait until all nodes that run say that the cluster is complete.
	 * @throws IllegalStateException if they do not after half a minute
	 */
	public void awaitOk() {
		this.topology.await("complete cluster",
				() -> running().allMatch((node) -> node.cli("CLUSTER", "INFO").contains("cluster_state:ok")));
	}

	private Stream<RedisServer> running() {
		return this.nodes.stream().filter(RedisServer::isRunning);
	}

	private RedisServer node(int port) {
		return this.nodes.stream().filter((node) -> node.port() == port).findFirst().orElseThrow();
	}

	private static String id(RedisServer node) {
		return node.cli("CLUSTER", "MYID");
	}

	private static Stream<ClusterEntry> entries(RedisServer node) {
		return node.cli("CLUSTER", "NODES").lines().map(ClusterEntry::parse);
	}

	/**
	 * End all nodes.
	 */
	@Override
	public void close() {
		this.topology.close();
	}

}
