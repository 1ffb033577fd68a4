package dev.channels.test.layer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.channels.layer.GroupName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several threads whose connections join and leave the same few groups, so that groups
 * get their first member and lose their last one all the time, while events are sent to
 * them. What one connection does is done by one thread, as in an application.
 */
final class MembershipRace {

	private static final int CONNECTIONS = 2;

	private static final int STEPS = 300;

	private final Backend backend;

	private final List<Node> nodes;

	private final List<GroupName> groups = new ArrayList<>();

	private final Map<GroupName, Set<TestConnection>> expected = new ConcurrentHashMap<>();

	private final Set<TestConnection> connections = ConcurrentHashMap.newKeySet();

	MembershipRace(Backend backend, List<Node> nodes) {
		this.backend = backend;
		this.nodes = nodes;
		for (int i = 0; i < 3; i++) {
			GroupName group = backend.group();
			this.groups.add(group);
			this.expected.put(group, ConcurrentHashMap.newKeySet());
		}
	}

	void run() {
		this.backend.patience().result(Threads.start(this.nodes.size(), this::joinAndLeave));
		this.groups.forEach(this::assertMembers);
		this.groups.forEach(this::assertDelivery);
	}

	/**
	 * Do not wait for one step before the next: consumers need not do so either.
	 */
	private void joinAndLeave(int thread) {
		Node node = this.nodes.get(thread);
		Random random = new Random(thread);
		List<TestConnection> mine = new ArrayList<>();
		for (int i = 0; i < CONNECTIONS; i++) {
			mine.add(node.connect());
		}
		this.connections.addAll(mine);
		List<CompletionStage<Void>> stages = new ArrayList<>();
		for (int i = 0; i < STEPS; i++) {
			GroupName group = this.groups.get(random.nextInt(this.groups.size()));
			TestConnection connection = mine.get(random.nextInt(CONNECTIONS));
			Set<TestConnection> members = expected(group);
			switch (random.nextInt(3)) {
				case 0 -> {
					members.add(connection);
					stages.add(node.layer().groupAdd(group, connection.name()));
				}
				case 1 -> {
					members.remove(connection);
					stages.add(node.layer().groupDiscard(group, connection.name()));
				}
				default -> stages.add(node.layer().groupSend(group, Events.event("noise")));
			}
		}
		stages.forEach(this.backend.patience()::result);
	}

	private void assertMembers(GroupName group) {
		Set<String> names = expected(group).stream()
			.map((connection) -> connection.name().value())
			.collect(Collectors.toSet());
		for (Node node : new HashSet<>(this.nodes)) {
			assertThat(node.members(group)).isEqualTo(names);
			assertThat(node.size(group)).isEqualTo(names.size());
		}
	}

	/**
	 * With the fence at a member of each node, what was sent before is there as well.
	 */
	private void assertDelivery(GroupName group) {
		List<TestConnection> watchers = new HashSet<>(this.nodes).stream().map((node) -> node.connect(group)).toList();
		String event = group.value() + "-event";
		String fence = group.value() + "-fence";
		this.nodes.get(0).send(group, event, fence);
		watchers.forEach((watcher) -> {
			watcher.skipTo(event);
			watcher.expect(fence);
		});
		for (TestConnection connection : this.connections) {
			if (expected(group).contains(connection)) {
				connection.skipTo(event);
				connection.skipTo(fence);
			}
			else {
				while (connection.waiting() > 0) {
					assertThat(connection.next().type()).isNotEqualTo(event);
				}
			}
		}
	}

	private Set<TestConnection> expected(GroupName group) {
		return this.expected.getOrDefault(group, Set.of());
	}

}
