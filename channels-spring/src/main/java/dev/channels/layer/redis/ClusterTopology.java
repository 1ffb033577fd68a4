package dev.channels.layer.redis;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import org.jspecify.annotations.Nullable;

/**
 * Which node of a Redis Cluster serves what, as far as the client knows. May be used by
 * any thread.
 */
final class ClusterTopology {

	private final RedisClusterClient client;

	ClusterTopology(RedisClusterClient client) {
		this.client = client;
	}

	/**
	 * Return the nodes that serve slots.
	 */
	Set<RedisURI> masters() {
		Set<RedisURI> masters = new LinkedHashSet<>();
		for (RedisClusterNode node : this.client.getPartitions()) {
			if (node.is(RedisClusterNode.NodeFlag.UPSTREAM) && !node.hasNoSlots()) {
				masters.add(node.getUri());
			}
		}
		return masters;
	}

	/**
	 * Return the node that serves the slot of a channel, {@code null} if nobody does.
	 */
	@Nullable RedisURI ownerOf(String channel) {
		return ownerOf(SlotHash.getSlot(channel));
	}

	/**
	 * Return the node that serves a slot, {@code null} if nobody does.
	 */
	@Nullable RedisURI ownerOf(int slot) {
		RedisClusterNode owner = this.client.getPartitions().getMasterBySlot(slot);
		return (owner != null) ? owner.getUri() : null;
	}

	/**
	 * Ask the nodes.
	 * @return completes on any thread
	 */
	CompletionStage<Void> refresh() {
		return this.client.refreshPartitionsAsync();
	}

}
