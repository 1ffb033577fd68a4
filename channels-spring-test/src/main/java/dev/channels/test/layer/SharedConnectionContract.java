package dev.channels.test.layer;

import dev.channels.layer.DropReason;
import dev.channels.layer.GroupName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections and users that are on other nodes than the sender.
 */
interface SharedConnectionContract {

	@Test
	default void sendsToAConnectionOnAnotherNode(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		TestConnection connection = there.connect();
		TestConnection other = there.connect();
		here.send(connection.name(), "a", "b", "c");
		connection.expect("a", "b", "c");
		here.send(other.name(), "marker");
		other.expect("marker");
		here.assertNoDrops();
		there.assertNoDrops();
	}

	@Test
	default void asksAConnectionOnAnotherNodeToClose(Backend backend) {
		Node here = backend.start();
		ConnectionContract.assertClosing(here, backend.start().connect());
	}

	@Test
	default void oneOfTheNodesCountsWhatIsForAConnectionThatEnded(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		TestConnection connection = there.connect();
		there.layer().unsubscribe(connection.name());
		here.send(connection.name(), "lost");
		backend.patience()
			.until("the drop",
					() -> here.drops().total(DropReason.NO_RECEIVER) + there.drops().total(DropReason.NO_RECEIVER) > 0);
		assertThat(here.drops().total(DropReason.NO_RECEIVER) + there.drops().total(DropReason.NO_RECEIVER))
			.isEqualTo(1);
	}

	@Test
	default void theOtherNodeDropsWhatIsForAFullConnection(Backend backend) {
		Node here = backend.start();
		Node there = backend.startWithCapacity(2);
		TestConnection connection = there.connect();
		here.send(connection.name(), "a", "b", "dropped");
		there.awaitDrops(DropReason.CAPACITY, 1);
		connection.expect("a", "b");
		here.send(connection.name(), "marker");
		connection.expect("marker");
	}

	@Test
	default void anEventReachesAUserOnAllNodes(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		GroupName anna = GroupName.ofUser("anna@example.org \u00e4 " + backend.unique(""));
		TestConnection phone = here.connect(anna);
		TestConnection desktop = there.connect(anna);
		here.send(anna, "event", "marker");
		phone.expect("event", "marker");
		desktop.expect("event", "marker");
		assertThat(there.members(anna)).containsExactlyInAnyOrder(phone.name().value(), desktop.name().value());
	}

}
