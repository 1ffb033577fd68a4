package dev.channels.test.layer;

import java.util.List;
import java.util.Map;

import dev.channels.Channels;
import dev.channels.Event;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is sent to several groups at once, the way applications do.
 */
interface SeveralGroupsContract {

	@Test
	default void whoIsInSeveralGroupsGetsAnEventOnce(Backend backend) {
		Node node = backend.start();
		GroupName a = backend.group();
		GroupName b = backend.group();
		GroupName c = backend.group();
		TestConnection inAll = node.connect(a, b, c);
		TestConnection inTwo = node.connect(c, b);
		TestConnection inOne = node.connect(b);
		TestConnection stranger = node.connect(backend.group());
		send(node, "event", a, b, c);
		send(node, "marker", c, b, a);
		inAll.expect("event", "marker");
		inTwo.expect("event", "marker");
		inOne.expect("event", "marker");
		node.send(stranger.name(), "nothing-else");
		stranger.expect("nothing-else");
		for (TestConnection member : List.of(inAll, inTwo, inOne)) {
			node.send(member.name(), "end");
			member.expect("end");
		}
		node.assertNoDrops();
	}

	@Test
	default void eventsForSeveralGroupsKeepTheirPlaceInEachOfThem(Backend backend) {
		Node node = backend.start();
		GroupName a = backend.group();
		GroupName b = backend.group();
		TestConnection inB = node.connect(b);
		node.connect(a, b);
		for (int i = 0; i < 50; i++) {
			node.send(b, "to-b");
			send(node, "to-both", a, b);
			node.send(b, "to-b-again");
			inB.expect("to-b", "to-both", "to-b-again");
		}
	}

	@Test
	default void membersOfSeveralGroupsMayBeExcepted(Backend backend) {
		Node node = backend.start();
		GroupName a = backend.group();
		GroupName b = backend.group();
		TestConnection excepted = node.connect(a, b);
		TestConnection other = node.connect(a, b);
		Patience patience = backend.patience();
		patience.result(channels(node).groups(a.value(), b.value())
			.except(excepted.name().value())
			.send(Event.of("for-other")));
		send(node, "marker", a, b);
		other.expect("for-other", "marker");
		excepted.expect("marker");
	}

	@Test
	default void usersAreNoneOfSeveralGroups(Backend backend) {
		Node node = backend.start();
		GroupName a = backend.group();
		GroupName b = backend.group();
		TestConnection user = node.connect(GroupName.ofUser(a.value()), GroupName.ofUser(b.value()));
		TestConnection both = node.connect(GroupName.ofUser(a.value()), b);
		send(node, "for-groups", a, b);
		both.expect("for-groups");
		// what is sent to one group may pass what is sent to another
		node.send(GroupName.ofUser(a.value()), "for-user");
		both.expect("for-user");
		user.expect("for-user");
	}

	@Test
	default void aFullMemberOfSeveralGroupsMissesAnEventOnce(Backend backend) {
		Node node = backend.startWithCapacity(1);
		GroupName a = backend.group();
		GroupName b = backend.group();
		TestConnection full = node.connect(a, b);
		node.send(full.name(), "first");
		send(node, "missed", a, b);
		node.awaitDrops(DropReason.CAPACITY, 1);
		full.expect("first");
	}

	/**
	 * Send an event as an application does, and wait until the layer has it.
	 */
	static void send(Node node, String type, GroupName... groups) {
		node.patience()
			.result(channels(node).groups(List.of(groups).stream().map(GroupName::value).toList())
				.send(Event.of(type)));
	}

	private static Channels channels(Node node) {
		EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());
		return new ChannelLayers(Map.of(ChannelLayers.DEFAULT, node.layer()), codec, node.drops())
			.channels(ChannelLayers.DEFAULT);
	}

}
