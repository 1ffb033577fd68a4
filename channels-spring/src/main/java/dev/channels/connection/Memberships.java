package dev.channels.connection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The groups of one connection. Joins and leaves reach the layer in the order in which
 * they were made, and none follows the end of the connection. Fields are guarded by this
 * object's monitor; the layer's calls under it do not block.
 */
final class Memberships {

	private static final Log logger = LogFactory.getLog(Memberships.class);

	private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

	private final ChannelLayer layer;

	private final ChannelName channel;

	/**
	 * The groups with the stages of their joins.
	 */
	private final Map<GroupName, CompletionStage<Void>> groups = new LinkedHashMap<>();

	/**
	 * Joins that were made while the handshake waits for them.
	 */
	private final List<CompletableFuture<Void>> pending = new ArrayList<>();

	/**
	 * What was returned and is not done: the layer may need as long as Redis is away.
	 */
	private final Set<CompletableFuture<Void>> awaited = new HashSet<>();

	private boolean connecting = true;

	private boolean ended;

	Memberships(ChannelLayer layer, ChannelName channel) {
		this.layer = layer;
		this.channel = channel;
	}

	/**
	 * Take a step that the handshake has to wait for, as it does for joins.
	 */
	synchronized void await(CompletionStage<Void> stage) {
		this.pending.add(stage.toCompletableFuture());
	}

	synchronized CompletionStage<Void> join(GroupName group) {
		if (this.ended) {
			return DONE;
		}
		CompletionStage<Void> known = this.groups.get(group);
		if (known != null && !known.toCompletableFuture().isDone()) {
			return known;
		}
		// again for a group that is known: only the layer knows whether it still is, and
		// does nothing if so. First, since a layer that throws may have joined all the
		// same
		this.groups.put(group, DONE);
		CompletionStage<Void> joined = this.layer.groupAdd(group, this.channel);
		if (this.connecting) {
			this.pending.add(joined.toCompletableFuture());
		}
		CompletionStage<Void> result = untilEnd(joined);
		this.groups.put(group, result);
		return result;
	}

	synchronized CompletionStage<Void> leave(GroupName group) {
		if (this.groups.remove(group) == null) {
			return DONE;
		}
		return untilEnd(this.layer.groupDiscard(group, this.channel));
	}

	private CompletionStage<Void> untilEnd(CompletionStage<Void> stage) {
		CompletableFuture<Void> future = stage.toCompletableFuture();
		if (future.isDone() && !future.isCompletedExceptionally()) {
			return DONE;
		}
		CompletableFuture<Void> result = new CompletableFuture<>();
		this.awaited.add(result);
		stage.whenComplete((value, failure) -> {
			synchronized (this) {
				this.awaited.remove(result);
			}
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else {
				result.complete(null);
			}
		});
		return result;
	}

	/**
	 * Leave all groups, whatever the layer says to each.
	 * @return what a handler may wait for, which nobody has to any more: to be completed
	 * by the caller
	 */
	synchronized List<CompletableFuture<Void>> leaveAll() {
		this.ended = true;
		for (GroupName group : this.groups.keySet()) {
			try {
				this.layer.groupDiscard(group, this.channel);
			}
			catch (RuntimeException ex) {
				logger.error("The channel layer could not let " + this.channel + " leave " + group, ex);
			}
		}
		this.groups.clear();
		return List.copyOf(this.awaited);
	}

	synchronized Set<String> groups() {
		Set<String> names = new LinkedHashSet<>();
		this.groups.keySet().stream().filter((group) -> !group.user()).forEach((group) -> names.add(group.value()));
		return Set.copyOf(names);
	}

	/**
	 * Return what completes with the joins that were made so far; later ones are not
	 * waited for. It fails if one of them does: the layer makes up for that.
	 */
	synchronized CompletableFuture<Void> pending() {
		this.connecting = false;
		CompletableFuture<Void> joins = CompletableFuture.allOf(this.pending.toArray(new CompletableFuture<?>[0]));
		this.pending.clear();
		return joins;
	}

}
