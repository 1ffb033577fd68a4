package dev.channels.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;

/**
 * The groups of one connection. Joins and leaves reach the layer in the order in which
 * they were made, and none follows the end of the connection. Fields are guarded by this
 * object's monitor; the layer's calls under it do not block.
 */
final class Memberships {

	private final ChannelLayer layer;

	private final ChannelName channel;

	private final Set<GroupName> groups = new LinkedHashSet<>();

	/**
	 * Joins that were made while the handshake waits for them.
	 */
	private final List<CompletableFuture<Void>> pending = new ArrayList<>();

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
		if (this.ended || !this.groups.add(group)) {
			return CompletableFuture.completedStage(null);
		}
		CompletionStage<Void> joined = this.layer.groupAdd(group, this.channel);
		if (this.connecting) {
			this.pending.add(joined.toCompletableFuture());
		}
		return joined;
	}

	synchronized CompletionStage<Void> leave(GroupName group) {
		if (!this.groups.remove(group)) {
			return CompletableFuture.completedStage(null);
		}
		return this.layer.groupDiscard(group, this.channel);
	}

	synchronized void leaveAll() {
		this.ended = true;
		this.groups.forEach((group) -> this.layer.groupDiscard(group, this.channel));
		this.groups.clear();
	}

	synchronized Set<String> groups() {
		Set<String> names = new LinkedHashSet<>();
		this.groups.stream().filter((group) -> !group.user()).forEach((group) -> names.add(group.value()));
		return Set.copyOf(names);
	}

	/**
	 * Wait for the joins that were made so far.
	 * @return whether they are all in effect; the layer makes up for the others later
	 */
	boolean awaitPending(Duration timeout) throws InterruptedException {
		CompletableFuture<?>[] joins;
		synchronized (this) {
			this.connecting = false;
			joins = this.pending.toArray(new CompletableFuture<?>[0]);
			this.pending.clear();
		}
		try {
			CompletableFuture.allOf(joins).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

}
