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
import org.jspecify.annotations.Nullable;

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
	 * The groups with the stages of their joins. Most connections are in few.
	 */
	private final Map<GroupName, CompletionStage<Void>> groups = new LinkedHashMap<>(2);

	/**
	 * Joins that were made while the handshake waits for them, {@code null} when it does
	 * not any more.
	 */
	private @Nullable List<CompletableFuture<Void>> pending = new ArrayList<>();

	/**
	 * What was returned and is not done: the layer may need as long as Redis is away.
	 */
	private @Nullable Set<CompletableFuture<Void>> awaited;

	private boolean ended;

	Memberships(ChannelLayer layer, ChannelName channel) {
		this.layer = layer;
		this.channel = channel;
	}

	/**
	 * Take a step that the handshake has to wait for, as it does for joins; if it still
	 * waits.
	 */
	synchronized void await(CompletionStage<Void> stage) {
		if (this.pending != null) {
			this.pending.add(stage.toCompletableFuture());
		}
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
		await(joined);
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
		if (this.awaited == null) {
			this.awaited = new HashSet<>();
		}
		this.awaited.add(result);
		stage.whenComplete((value, failure) -> {
			forget(result);
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else {
				result.complete(null);
			}
		});
		return result;
	}

	private synchronized void forget(CompletableFuture<Void> done) {
		if (this.awaited != null && this.awaited.remove(done) && this.awaited.isEmpty()) {
			this.awaited = null;
		}
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
		return (this.awaited != null) ? List.copyOf(this.awaited) : List.of();
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
		List<CompletableFuture<Void>> pending = (this.pending != null) ? this.pending : List.of();
		this.pending = null;
		return CompletableFuture.allOf(pending.toArray(new CompletableFuture<?>[0]));
	}

}
