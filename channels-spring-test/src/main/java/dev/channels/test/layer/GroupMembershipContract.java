package dev.channels.test.layer;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import dev.channels.GroupAddress;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is in a group.
 */
interface GroupMembershipContract {

	@Test
	default void countsAndListsMembers(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection first = node.connect(group);
		TestConnection second = node.connect(group);
		node.connect(backend.group());
		assertThat(node.size(group)).isEqualTo(2);
		assertThat(node.members(group)).containsExactlyInAnyOrder(first.name().value(), second.name().value());
	}

	@Test
	default void listsEachMemberOnceWhateverThePagesAre(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		Set<String> expected = new HashSet<>();
		for (int i = 0; i < 25; i++) {
			expected.add(node.connect(group).name().value());
		}
		assertThat(node.size(group)).isEqualTo(25);
		for (int limit : new int[] { 1, 5, 10, 24, 25, 26, Integer.MAX_VALUE }) {
			assertThat(node.members(group, limit)).as("pages of " + limit).isEqualTo(expected);
		}
	}

	@Test
	default void listsWhoStaysAlthoughOthersComeAndGo(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		Set<String> steady = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			steady.add(node.connect(group).name().value());
		}
		TestConnection leaving = node.connect(group);
		Set<String> listed = new HashSet<>();
		GroupAddress.Page page = backend.patience().result(node.layer().groupMembers(group, null, 5));
		node.leave(group, leaving);
		int pages = 1;
		listed.addAll(page.channelNames());
		while (page.next() != null) {
			node.connect(group);
			page = backend.patience().result(node.layer().groupMembers(group, page.next(), 5));
			listed.addAll(page.channelNames());
			assertThat(pages++).isLessThan(100);
		}
		assertThat(listed).containsAll(steady);
	}

	@Test
	default void anUnknownGroupIsEmpty(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		assertThat(node.size(group)).isZero();
		GroupAddress.Page page = backend.patience().result(node.layer().groupMembers(group, null, 10));
		assertThat(page.channelNames()).isEmpty();
		assertThat(page.next()).isNull();
	}

	@Test
	default void joiningTwiceIsJoiningOnce(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection connection = node.connect(group, group);
		assertThat(node.size(group)).isEqualTo(1);
		assertThat(node.members(group)).containsExactly(connection.name().value());
		node.send(group, "once", "marker");
		connection.expect("once", "marker");
		node.leave(group, connection);
		assertThat(node.size(group)).isZero();
	}

	@Test
	default void whoLeavesGetsNothingMore(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection leaving = node.connect(group);
		TestConnection staying = node.connect(group);
		node.send(group, "before");
		leaving.expect("before");
		node.leave(group, leaving);
		assertThat(node.members(group)).containsExactly(staying.name().value());
		node.send(group, "after", "fence");
		staying.expect("before", "after", "fence");
		node.send(leaving.name(), "marker");
		leaving.expect("marker");
	}

	@Test
	default void whoIsNoMemberCannotLeave(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection stranger = node.connect();
		node.leave(group, stranger);
		TestConnection member = node.connect(group);
		node.leave(group, stranger);
		assertThat(node.size(group)).isEqualTo(1);
		node.send(group, "marker");
		member.expect("marker");
	}

	@Test
	default void theLastMemberMayComeBack(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection connection = node.connect();
		for (int i = 0; i < 20; i++) {
			node.join(group, connection);
			node.send(group, "round-" + i);
			connection.expect("round-" + i);
			node.leave(group, connection);
			assertThat(node.size(group)).isZero();
		}
	}

	@Test
	default void theLastWordOfAConnectionCounts(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection staying = node.connect();
		TestConnection leaving = node.connect();
		for (int i = 0; i < 20; i++) {
			node.layer().groupAdd(group, leaving.name());
			node.layer().groupDiscard(group, staying.name());
			node.layer().groupDiscard(group, leaving.name());
			node.layer().groupAdd(group, staying.name());
		}
		node.leave(group, leaving);
		node.join(group, staying);
		assertThat(node.members(group)).containsExactly(staying.name().value());
		node.send(group, "marker");
		staying.expect("marker");
	}

	@Test
	default void aConnectionMayBeInManyGroups(Backend backend) {
		Node node = backend.start();
		TestConnection connection = node.connect();
		for (int i = 0; i < 50; i++) {
			GroupName group = backend.group();
			node.join(group, connection);
			node.send(group, "of-" + i);
			connection.expect("of-" + i);
		}
	}

	@Test
	default void namesTellUpperFromLowerCase(Backend backend) {
		Node node = backend.start();
		String name = backend.unique("a.b_c-");
		GroupName upper = GroupName.of(name.toUpperCase(Locale.ROOT));
		TestConnection connection = node.connect(upper);
		assertThat(node.size(GroupName.of(name))).isZero();
		node.send(GroupName.of(name), "other");
		node.send(upper, "marker");
		connection.expect("marker");
	}

	@Test
	default void namesMayHave99Characters(Backend backend) {
		Node node = backend.start();
		String name = "g".repeat(99 - backend.unique("").length());
		GroupName group = GroupName.of(backend.unique(name));
		ChannelName channel = ChannelName.of(backend.unique(name));
		TestConnection connection = node.connect(group);
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		node.send(group, "marker");
		node.send(channel, "job");
		connection.expect("marker");
		assertThat(worker.next().type()).isEqualTo("job");
	}

	@Test
	default void flushForgetsGroups(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection forgotten = node.connect(group);
		TestConnection other = node.connect(group);
		backend.patience().result(node.layer().flush());
		assertThat(node.size(group)).isZero();
		assertThat(node.members(group)).isEmpty();
		node.join(group, other);
		assertThat(node.members(group)).containsExactly(other.name().value());
		node.send(group, "unheard", "fence");
		other.expect("unheard", "fence");
		node.send(forgotten.name(), "marker");
		forgotten.expect("marker");
	}

}
