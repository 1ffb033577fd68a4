package dev.channels.test.layer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.channels.DeadLetter;
import dev.channels.GroupAddress;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.WorkerSubscription;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node under test: a layer, spoken to in a way that waits for each step to be done.
 *
 * @param layer the layer
 * @param drops what it dropped
 * @param patience how long to wait
 */
record Node(ChannelLayer layer, DropCounter drops, Patience patience) {

	/**
	 * More pages than any test has: a listing that never ends should not hang.
	 */
	private static final int MAX_PAGES = 1000;

	TestConnection connect(GroupName... groups) {
		ChannelName name = this.layer.newChannel();
		TestConnection connection = new TestConnection(name, this.patience);
		this.patience.result(this.layer.subscribe(name, connection::receive));
		for (GroupName group : groups) {
			join(group, connection);
		}
		return connection;
	}

	void join(GroupName group, TestConnection connection) {
		this.patience.result(this.layer.groupAdd(group, connection.name()));
	}

	void leave(GroupName group, TestConnection connection) {
		this.patience.result(this.layer.groupDiscard(group, connection.name()));
	}

	void send(ChannelName channel, String... types) {
		for (String type : types) {
			send(channel, Events.event(type));
		}
	}

	void send(ChannelName channel, LayerEvent event) {
		this.patience.result(this.layer.send(channel, event));
	}

	void send(GroupName group, String... types) {
		for (String type : types) {
			send(group, Events.event(type));
		}
	}

	void send(GroupName group, LayerEvent event) {
		this.patience.result(this.layer.groupSend(group, event));
	}

	Throwable sendFailure(ChannelName channel, String type) {
		return this.patience.failure(this.layer.send(channel, Events.event(type)));
	}

	long size(GroupName group) {
		return this.patience.result(this.layer.groupSize(group));
	}

	Set<String> members(GroupName group) {
		return members(group, 100);
	}

	/**
	 * List all members of a group, none of which may be listed twice.
	 */
	Set<String> members(GroupName group, int limit) {
		List<String> names = new ArrayList<>();
		String cursor = null;
		int pages = 0;
		do {
			assertThat(pages++).as("pages of " + group).isLessThan(MAX_PAGES);
			GroupAddress.Page page = page(group, cursor, limit);
			names.addAll(page.channelNames());
			cursor = page.next();
		}
		while (cursor != null);
		assertThat(names).doesNotHaveDuplicates();
		return new HashSet<>(names);
	}

	private GroupAddress.Page page(GroupName group, @Nullable String cursor, int limit) {
		return this.patience.result(this.layer.groupMembers(group, cursor, limit));
	}

	WorkerSubscription work(ChannelName channel, TestWorker worker) {
		return work(channel, RetryPolicy.defaults(), worker);
	}

	WorkerSubscription work(ChannelName channel, RetryPolicy retry, TestWorker worker) {
		return this.layer.work(channel, retry, worker::handle);
	}

	void stop(WorkerSubscription worker) {
		this.patience.result(worker.stop());
	}

	List<DeadLetter> deadLetters(ChannelName channel) {
		return this.patience.result(this.layer.deadLetters(channel, 100));
	}

	List<DeadLetter> awaitDeadLetters(ChannelName channel, int number) {
		this.patience.until(number + " dead letters", () -> deadLetters(channel).size() >= number);
		return deadLetters(channel);
	}

	void awaitDrops(DropReason reason, long number) {
		this.patience.until(number + " drops for reason " + reason, () -> this.drops.total(reason) >= number);
		assertThat(this.drops.total(reason)).as("drops for reason " + reason).isEqualTo(number);
	}

	void assertNoDrops() {
		for (DropReason reason : DropReason.values()) {
			assertThat(this.drops.total(reason)).as("drops for reason " + reason).isZero();
		}
	}

}
