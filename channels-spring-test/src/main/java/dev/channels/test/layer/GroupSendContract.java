package dev.channels.test.layer;

import java.util.List;

import dev.channels.layer.DropReason;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is sent to a group.
 */
interface GroupSendContract {

	@Test
	default void anEventReachesEachMemberOnce(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection first = node.connect(group);
		TestConnection second = node.connect(group);
		node.send(group, "event", "marker");
		first.expect("event", "marker");
		second.expect("event", "marker");
		node.assertNoDrops();
	}

	@Test
	default void groupsAreApart(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		GroupName other = backend.group();
		TestConnection connection = node.connect(group);
		TestConnection stranger = node.connect(other);
		node.send(other, "for-others");
		stranger.expect("for-others");
		node.send(group, "marker");
		connection.expect("marker");
		node.send(other, "marker");
		stranger.expect("marker");
	}

	@Test
	default void anEventForAnEmptyGroupGoesNowhere(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection connection = node.connect();
		node.send(group, "nobody-was-there");
		node.join(group, connection);
		node.leave(group, connection);
		node.send(group, "nobody-is-there");
		node.send(connection.name(), "marker");
		connection.expect("marker");
		node.assertNoDrops();
	}

	@Test
	default void membersThatTheSenderExceptsGetNothing(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection first = node.connect(group);
		TestConnection second = node.connect(group);
		TestConnection third = node.connect(group);
		node.send(group, Events.event("for-third")
			.with(LayerEvent.EXCEPT, List.of(first.name().value(), second.name().value())));
		node.send(group, Events.event("for-others").with(LayerEvent.EXCEPT, List.of(third.name().value())));
		node.send(group, "marker");
		first.expect("for-others", "marker");
		second.expect("for-others", "marker");
		third.expect("for-third", "marker");
		node.assertNoDrops();
	}

	@Test
	default void whoIsNoMemberMayBeExcepted(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection member = node.connect(group);
		node.send(group, Events.event("event").with(LayerEvent.EXCEPT, List.of(node.connect().name().value())));
		member.expect("event");
	}

	@Test
	default void aFullMemberMissesEventsAndNobodyElseDoes(Backend backend) {
		Node node = backend.startWithCapacity(3);
		GroupName group = backend.group();
		TestConnection slow = node.connect(group);
		TestConnection fast = node.connect(group);
		for (String type : List.of("a", "b", "c", "d", "e")) {
			node.send(group, type);
			fast.expect(type);
		}
		node.awaitDrops(DropReason.CAPACITY, 2);
		slow.expect("a", "b", "c");
		node.send(group, "marker");
		slow.expect("marker");
		fast.expect("marker");
	}

	@Test
	default void aMemberThatEndedKeepsNobodyElseFromEvents(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection ended = node.connect(group);
		TestConnection living = node.connect(group);
		node.layer().unsubscribe(ended.name());
		node.send(group, "event", "marker");
		living.expect("event", "marker");
		assertThat(ended.waiting()).isZero();
		node.awaitDrops(DropReason.NO_RECEIVER, 2);
	}

	@Test
	default void directAndGroupEventsBothArrive(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection connection = node.connect(group);
		node.send(group, "of-group");
		node.send(connection.name(), "direct");
		assertThat(List.of(connection.next().type(), connection.next().type())).containsExactlyInAnyOrder("of-group",
				"direct");
	}

}
