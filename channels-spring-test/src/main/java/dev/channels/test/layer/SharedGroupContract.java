package dev.channels.test.layer;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Groups with members on several nodes.
 */
interface SharedGroupContract {

	@Test
	default void anEventReachesMembersOnAllNodesOnce(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		GroupName group = backend.group();
		TestConnection near = here.connect(group);
		TestConnection far = there.connect(group);
		TestConnection further = there.connect(group);
		here.send(group, "from-here", "marker");
		for (TestConnection member : List.of(near, far, further)) {
			member.expect("from-here", "marker");
		}
		there.send(group, "from-there", "marker");
		for (TestConnection member : List.of(near, far, further)) {
			member.expect("from-there", "marker");
		}
		here.assertNoDrops();
		there.assertNoDrops();
	}

	@Test
	default void aNodeWithoutMembersMaySend(Backend backend) {
		Node here = backend.start();
		GroupName group = backend.group();
		TestConnection far = backend.start().connect(group);
		here.send(group, "a", "b");
		far.expect("a", "b");
	}

	@Test
	default void payloadsComeThroughBetweenNodes(Backend backend) {
		Node here = backend.start();
		GroupName group = backend.group();
		TestConnection far = backend.start().connect(group);
		Map<String, Object> payload = Map.of("text", "\u20ac\ud83d\ude00", "list", List.of(1, 2.5, true), "large",
				(1L << 53) + 1);
		here.send(group, Events.event("event", payload));
		assertThat(far.next().payload(Map.class)).isEqualTo(payload);
	}

	@Test
	default void aJoinIsInEffectOnAllNodesWhenItIsDone(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		for (int i = 0; i < 50; i++) {
			GroupName group = backend.group();
			TestConnection far = there.connect(group);
			here.send(group, "at-once");
			far.expect("at-once");
			assertThat(here.size(group)).isEqualTo(1);
		}
	}

	@Test
	default void countsAndListsMembersOfAllNodes(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		GroupName group = backend.group();
		Set<String> expected = new HashSet<>();
		for (int i = 0; i < 12; i++) {
			expected.add(here.connect(group).name().value());
			expected.add(there.connect(group).name().value());
		}
		for (Node node : List.of(here, there)) {
			assertThat(node.size(group)).isEqualTo(24);
			assertThat(node.members(group, 5)).isEqualTo(expected);
		}
	}

	@Test
	default void membersOnOtherNodesMayBeExcepted(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		GroupName group = backend.group();
		TestConnection near = here.connect(group);
		TestConnection far = there.connect(group);
		TestConnection further = there.connect(group);
		here.send(group,
				Events.event("event").with(LayerEvent.EXCEPT, List.of(near.name().value(), far.name().value())));
		here.send(group, "marker");
		near.expect("marker");
		far.expect("marker");
		further.expect("event", "marker");
	}

	@Test
	default void whoIsInSeveralGroupsGetsAnEventOnceOnEachNode(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		GroupName a = backend.group();
		GroupName b = backend.group();
		List<TestConnection> members = List.of(here.connect(a, b), here.connect(a), here.connect(b),
				there.connect(b, a), there.connect(a), there.connect(b));
		for (int i = 0; i < 20; i++) {
			SeveralGroupsContract.send(here, "from-here", a, b);
			SeveralGroupsContract.send(there, "from-there", b, a);
			for (TestConnection member : members) {
				assertThat(List.of(member.next().type(), member.next().type())).containsExactlyInAnyOrder("from-here",
						"from-there");
			}
		}
		for (TestConnection member : members) {
			here.send(member.name(), "end");
			member.expect("end");
		}
		here.assertNoDrops();
		there.assertNoDrops();
	}

	@Test
	default void whoLeavesOnOneNodeLeavesTheOthersWhereTheyAre(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		GroupName group = backend.group();
		TestConnection near = here.connect(group);
		TestConnection far = there.connect(group);
		TestConnection witness = there.connect(group);
		there.leave(group, far);
		assertThat(here.members(group)).containsExactlyInAnyOrder(near.name().value(), witness.name().value());
		here.send(group, "unheard", "fence");
		near.expect("unheard", "fence");
		witness.expect("unheard", "fence");
		here.send(far.name(), "marker");
		far.expect("marker");
		here.leave(group, near);
		assertThat(here.members(group)).containsExactly(witness.name().value());
		here.send(group, "for-witness");
		witness.expect("for-witness");
	}

	@Test
	default void eachMemberOnEachNodeGetsTheEventsOfASenderInOrderAndOnce(Backend backend) {
		Node here = backend.startWithCapacity(10_000);
		Node there = backend.startWithCapacity(10_000);
		Traffic traffic = new Traffic(backend, backend.group());
		traffic.members(here, 25);
		traffic.members(there, 25);
		traffic.send(List.of(here, there, here, there), 250);
		traffic.assertComplete(here);
		here.assertNoDrops();
		there.assertNoDrops();
	}

	@RepeatedTest(3)
	default void membershipIsWhatTheThreadsOfAllNodesLeaveBehind(Backend backend) {
		Node here = backend.startWithCapacity(100_000);
		Node there = backend.startWithCapacity(100_000);
		new MembershipRace(backend, List.of(here, there, here, there)).run();
	}

	@Test
	default void whoJoinsWhileTheLastMemberOfAllNodesLeavesIsAMember(Backend backend) {
		Node here = backend.startWithCapacity(100_000);
		Node there = backend.startWithCapacity(100_000);
		LoadContract.assertJoins(backend, List.of(here, there, here, there));
	}

	@Test
	default void flushForgetsGroupsOnAllNodes(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		GroupName group = backend.group();
		here.connect(group);
		TestConnection far = there.connect(group);
		backend.patience().result(here.layer().flush());
		assertThat(here.size(group)).isZero();
		assertThat(there.size(group)).isZero();
		there.join(group, far);
		assertThat(here.members(group)).containsExactly(far.name().value());
		here.send(group, "marker");
		far.expect("marker");
	}

}
