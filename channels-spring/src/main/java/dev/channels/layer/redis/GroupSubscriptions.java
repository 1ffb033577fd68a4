package dev.channels.layer.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.LocalDelivery;

/**
 * Brings together the three that know who is in a group: this node, which delivers; the
 * subscription, without which it hears nothing; and the registry, for those who ask. The
 * registry is told in any case: at once if Redis answers, else when it does again. So
 * nobody waits for it long, and its failure is none of a join or a leave.
 */
final class GroupSubscriptions {

	private final RedisNames names;

	private final LocalDelivery local;

	private final Subscriptions subscriptions;

	private final GroupRegistry registry;

	private final CommandSender redis;

	GroupSubscriptions(RedisNames names, LocalDelivery local, Subscriptions subscriptions, GroupRegistry registry,
			CommandSender redis) {
		this.names = names;
		this.local = local;
		this.subscriptions = subscriptions;
		this.registry = registry;
		this.redis = redis;
	}

	/**
	 * @return completes when the channel gets what is sent to the group
	 */
	CompletionStage<Void> add(GroupName name, ChannelName channel) {
		GroupName group = this.names.hidden(name);
		this.local.join(group, channel);
		CompletionStage<Void> subscribed = this.subscriptions.want(this.names.channelOf(group));
		return subscribed.thenCombine(told(this.registry.changed(group, channel)), (first, second) -> first);
	}

	/**
	 * @return completes when the registry knows it, or when Redis does not answer; never
	 * fails, for the channel gets nothing more of the group
	 */
	CompletionStage<Void> discard(GroupName name, ChannelName channel) {
		GroupName group = this.names.hidden(name);
		if (this.local.leave(group, channel)) {
			forget(group);
		}
		return told(this.registry.changed(group, channel));
	}

	private CompletionStage<Void> told(CompletionStage<Void> registered) {
		CompletableFuture<Void> told = registered.<Void>handle((result, failure) -> null).toCompletableFuture();
		if (told.isDone()) {
			return told;
		}
		if (!this.redis.isOpen()) {
			return CompletableFuture.completedStage(null);
		}
		return told.completeOnTimeout(null, 2 * RedisClients.COMMAND_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * The group has no member here, unless one joins at this moment.
	 */
	private void forget(GroupName group) {
		this.subscriptions.unwantUnless(this.names.channelOf(group), () -> this.local.size(group) > 0);
	}

	/**
	 * Nobody is in any group.
	 */
	void forgetAll() {
		List<GroupName> groups = new ArrayList<>(this.local.groups());
		this.local.clearGroups();
		groups.forEach(this::forget);
		this.registry.clear();
	}

}
