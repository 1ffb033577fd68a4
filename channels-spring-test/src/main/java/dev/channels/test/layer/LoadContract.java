package dev.channels.test.layer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.channels.layer.ChannelName;
import dev.channels.layer.DropReason;
import dev.channels.layer.GroupName;
import dev.channels.layer.WorkerSubscription;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds as well when several threads use a layer.
 */
interface LoadContract {

	@Test
	default void eachMemberGetsTheEventsOfASenderInOrderAndOnce(Backend backend) {
		Node node = backend.startWithCapacity(10_000);
		Traffic traffic = new Traffic(backend, backend.group());
		traffic.members(node, 50);
		traffic.send(List.of(node, node, node, node), 250);
		traffic.assertComplete(node);
		node.assertNoDrops();
	}

	@RepeatedTest(3)
	default void membershipIsWhatTheThreadsLeaveBehind(Backend backend) {
		Node node = backend.startWithCapacity(100_000);
		new MembershipRace(backend, List.of(node, node, node, node)).run();
	}

	@Test
	default void whoJoinsWhileTheLastMemberLeavesIsAMember(Backend backend) {
		Node node = backend.startWithCapacity(100_000);
		assertJoins(backend, List.of(node, node, node));
	}

	/**
	 * Join a group and leave it again from each of the nodes, all at a time: the group
	 * gets its first member and loses its last one again and again.
	 */
	static void assertJoins(Backend backend, List<Node> nodes) {
		GroupName group = backend.group();
		backend.patience().result(Threads.start(nodes.size(), (thread) -> {
			Node node = nodes.get(thread);
			TestConnection connection = node.connect();
			for (int i = 0; i < 200; i++) {
				String type = "round-" + i + "-of-" + thread;
				for (int j = 0; j < 10; j++) {
					node.layer().groupAdd(group, connection.name());
					node.layer().groupDiscard(group, connection.name());
				}
				node.join(group, connection);
				node.send(group, type);
				connection.skipTo(type);
				node.leave(group, connection);
			}
		}));
		nodes.forEach((node) -> assertThat(node.members(group)).isEmpty());
	}

	@Test
	default void aConnectionMayEndWhileEventsAreOnTheirWay(Backend backend) {
		Node node = backend.startWithCapacity(100_000);
		GroupName group = backend.group();
		TestConnection staying = node.connect(group);
		AtomicBoolean done = new AtomicBoolean();
		CompletableFuture<Void> senders = Threads.start(3, (thread) -> {
			while (!done.get()) {
				node.send(group, "event");
			}
		});
		List<TestConnection> ended = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			TestConnection connection = node.connect(group);
			connection.expect("event");
			node.layer().unsubscribe(connection.name());
			node.leave(group, connection);
			ended.add(connection);
		}
		done.set(true);
		backend.patience().result(senders);
		node.send(group, "fence");
		staying.skipTo("fence");
		int[] before = ended.stream().mapToInt(TestConnection::waiting).toArray();
		node.send(group, "late", "marker");
		staying.expect("late", "marker");
		assertThat(ended.stream().mapToInt(TestConnection::waiting).toArray()).isEqualTo(before);
		assertThat(node.members(group)).containsExactly(staying.name().value());
		assertThat(node.drops().total(DropReason.CAPACITY)).isZero();
	}

	@Test
	default void workersMayComeAndGoWhileEventsAreSent(Backend backend) {
		Node node = backend.startWithCapacity(10_000);
		assertNothingLost(backend, List.of(node, node));
	}

	/**
	 * Send from several threads while workers start and stop on the nodes in turn.
	 */
	static void assertNothingLost(Backend backend, List<Node> nodes) {
		ChannelName channel = backend.workerChannel();
		Set<String> handled = ConcurrentHashMap.newKeySet();
		TestWorker worker = new TestWorker(backend.patience(),
				(job) -> CompletableFuture.runAsync(() -> handled.add(job.type())));
		CompletableFuture<Void> senders = Threads.start(3, (thread) -> {
			for (int i = 0; i < 200; i++) {
				nodes.get(i % nodes.size()).send(channel, "job-" + thread + "-" + i);
			}
		});
		CompletableFuture<Void> workers = Threads.start(3, (thread) -> {
			Random random = new Random(thread);
			for (int i = 0; i < 20; i++) {
				Node node = nodes.get(random.nextInt(nodes.size()));
				WorkerSubscription subscription = node.work(channel, worker);
				worker.next(random.nextInt(5));
				node.stop(subscription);
			}
		});
		backend.patience().result(CompletableFuture.allOf(senders, workers));
		nodes.get(0).work(channel, worker);
		Set<String> sent = new HashSet<>();
		for (int thread = 0; thread < 3; thread++) {
			for (int i = 0; i < 200; i++) {
				sent.add("job-" + thread + "-" + i);
			}
		}
		backend.patience().until("all events to be handled", () -> handled.size() >= sent.size());
		assertThat(handled).isEqualTo(sent);
		assertThat(nodes.get(0).deadLetters(channel)).isEmpty();
	}

}
