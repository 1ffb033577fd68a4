package dev.channels.test.layer;

import dev.channels.layer.GroupName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The groups of all connections of a user, whose names are any text.
 */
interface UserContract {

	@Test
	default void anEventReachesAllConnectionsOfAUser(Backend backend) {
		assertReached(backend, backend.unique("anna"));
	}

	@Test
	default void aUserMayBeAnAddress(Backend backend) {
		assertReached(backend, "anna+chat@example.org " + backend.unique(""));
	}

	@Test
	default void aUserMayBeAnyText(Backend backend) {
		assertReached(backend, "{} * ? \n\u0000 %s __group__ \u00e4\u540d\ud83d\ude00 " + backend.unique(""));
	}

	@Test
	default void aUserMayHaveALongName(Backend backend) {
		assertReached(backend, backend.unique("n".repeat(500)));
	}

	@Test
	default void usersAreApart(Backend backend) {
		Node node = backend.start();
		String common = backend.unique("n".repeat(500));
		GroupName anna = GroupName.ofUser(common + "a");
		GroupName otto = GroupName.ofUser(common + "o");
		GroupName upper = GroupName.ofUser(common + "A");
		TestConnection connection = node.connect(anna);
		assertThat(node.size(otto)).isZero();
		assertThat(node.size(upper)).isZero();
		node.connect(otto);
		node.send(otto, "for-otto");
		node.send(upper, "for-upper");
		node.send(anna, "marker");
		connection.expect("marker");
	}

	@Test
	default void usersAndGroupsOfOneNameAreApart(Backend backend) {
		Node node = backend.start();
		String name = backend.unique("anna");
		GroupName group = GroupName.of(name);
		GroupName user = GroupName.ofUser(name);
		TestConnection member = node.connect(group);
		TestConnection anna = node.connect(user);
		node.send(user, "for-anna");
		node.send(group, "for-group");
		node.send(user, "marker");
		node.send(group, "marker");
		anna.expect("for-anna", "marker");
		member.expect("for-group", "marker");
		assertThat(node.members(user)).containsExactly(anna.name().value());
		node.leave(group, member);
		assertThat(node.size(user)).isEqualTo(1);
		assertThat(node.size(group)).isZero();
	}

	private static void assertReached(Backend backend, String name) {
		Node node = backend.start();
		GroupName user = GroupName.ofUser(name);
		TestConnection phone = node.connect(user);
		TestConnection desktop = node.connect(user);
		node.connect();
		assertThat(node.members(user)).containsExactlyInAnyOrder(phone.name().value(), desktop.name().value());
		node.send(user, "event", "marker");
		phone.expect("event", "marker");
		desktop.expect("event", "marker");
		node.leave(user, phone);
		assertThat(node.members(user)).containsExactly(desktop.name().value());
	}

}
