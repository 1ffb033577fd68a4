package dev.channels.test.layer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.channels.ChannelFullException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropReason;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LayerSettings.ChannelCapacity;
import dev.channels.layer.SharedEvent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections and what is sent to one of them.
 */
interface ConnectionContract {

	@Test
	default void inventsNamesOfConnections(Backend backend) {
		Node node = backend.start();
		ChannelName name = node.layer().newChannel();
		assertThat(name.isConnection()).isTrue();
		assertThat(name.node()).isEqualTo(node.layer().newChannel().node());
		assertThat(name.node()).isNotEqualTo(backend.start().layer().newChannel().node());
	}

	@Test
	default void inventsEachNameOnce(Backend backend) {
		Node node = backend.start();
		Set<ChannelName> names = ConcurrentHashMap.newKeySet();
		backend.patience().result(Threads.start(8, (thread) -> {
			for (int i = 0; i < 1000; i++) {
				names.add(node.layer().newChannel());
			}
		}));
		assertThat(names).hasSize(8000);
	}

	@Test
	default void sendsToOneConnectionOnly(Backend backend) {
		Node node = backend.start();
		TestConnection first = node.connect();
		TestConnection second = node.connect();
		node.send(first.name(), "for-first");
		node.send(second.name(), "for-second");
		first.expect("for-first");
		second.expect("for-second");
		node.send(first.name(), "marker");
		first.expect("marker");
		node.assertNoDrops();
	}

	@Test
	default void eventsForOneConnectionArriveInOrder(Backend backend) {
		Node node = backend.start();
		TestConnection connection = node.connect();
		node.send(connection.name(), "a", "b", "c", "d");
		connection.expect("a", "b", "c", "d");
	}

	@Test
	default void dropsWhatIsForAConnectionThatNobodyServes(Backend backend) {
		Node node = backend.start();
		node.send(node.layer().newChannel(), "lost");
		node.awaitDrops(DropReason.NO_RECEIVER, 1);
	}

	@Test
	default void dropsWhatIsForAConnectionThatEnded(Backend backend) {
		Node node = backend.start();
		TestConnection connection = node.connect();
		node.layer().unsubscribe(connection.name());
		node.send(connection.name(), "lost");
		node.awaitDrops(DropReason.NO_RECEIVER, 1);
		assertThat(connection.waiting()).isZero();
	}

	@Test
	default void unsubscribingWhatNobodyServesDoesNothing(Backend backend) {
		Node node = backend.start();
		TestConnection connection = node.connect();
		node.layer().unsubscribe(node.layer().newChannel());
		node.send(connection.name(), "marker");
		connection.expect("marker");
	}

	@Test
	default void sendToAFullConnectionFails(Backend backend) {
		Node node = backend.startWithCapacity(3);
		TestConnection connection = node.connect();
		node.send(connection.name(), "a", "b", "c");
		backend.patience().until("three events", () -> connection.waiting() == 3);
		assertThat(node.sendFailure(connection.name(), "refused")).isInstanceOf(ChannelFullException.class)
			.hasMessageContaining(connection.name().value());
		connection.expect("a");
		node.send(connection.name(), "d");
		connection.expect("b", "c", "d");
	}

	@Test
	default void whatIsDiscardedMakesRoom(Backend backend) {
		Node node = backend.startWithCapacity(1);
		TestConnection connection = node.connect();
		node.send(connection.name(), "a");
		connection.nextDelivery().discard();
		assertThat(node.drops().total(DropReason.CLOSED)).isEqualTo(1);
		node.send(connection.name(), "b");
		connection.expect("b");
	}

	@Test
	default void theCapacityOfAChannelIsThatOfTheFirstPatternItMatches(Backend backend) {
		Node node = backend.start(new LayerSettings(1000,
				List.of(new ChannelCapacity("other*", 1), new ChannelCapacity("*!*", 2), new ChannelCapacity("*", 3)),
				Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(24)));
		TestConnection connection = node.connect();
		node.send(connection.name(), "a", "b");
		backend.patience().until("two events", () -> connection.waiting() == 2);
		assertThat(node.sendFailure(connection.name(), "refused")).isInstanceOf(ChannelFullException.class);
	}

	@Test
	default void dropsWhatWaitedTooLong(Backend backend) {
		Node node = backend
			.start(new LayerSettings(1000, List.of(), Duration.ofNanos(1), Duration.ZERO, Duration.ofHours(24)));
		TestConnection connection = node.connect();
		node.send(connection.name(), "late");
		assertThat(connection.nextDelivery().take()).isNull();
		node.awaitDrops(DropReason.EXPIRED, 1);
	}

	@Test
	default void asksAConnectionToClose(Backend backend) {
		Node node = backend.start();
		assertClosing(node, node.connect());
	}

	/**
	 * Ask for a close on one node, and see it arrive at a connection of this or another.
	 */
	static void assertClosing(Node sender, TestConnection connection) {
		sender.send(connection.name(), Events.event("channels.disconnect")
			.with(LayerEvent.DISCONNECT, Map.of("code", 4001, "reason", "moved")));
		SharedEvent received = connection.next();
		assertThat(received.control(LayerEvent.DISCONNECT)).isEqualTo(Map.of("code", 4001, "reason", "moved"));
	}

}
