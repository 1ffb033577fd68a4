package dev.channels.layer;

import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.channels.ChannelAddress;
import dev.channels.Channels;
import dev.channels.CloseStatus;
import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.GroupAddress;
import dev.channels.InvalidNameException;
import dev.channels.RetryPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link DefaultChannels} on a layer that works.
 */
class DefaultChannelsTests {

	private final TestLayer test = new TestLayer();

	private final TestLayer other = new TestLayer();

	private final Channels channels = new ChannelLayers(Map.of("default", this.test.layer, "other", this.other.layer),
			this.test.codec, this.test.drops)
		.channels("default");

	private final List<String> received = new ArrayList<>();

	@Test
	void sendsToAGroup() {
		member(this.test, GroupName.of("lobby"));
		TestLayer.join(this.channels.group("lobby").send(new Said("hi")));
		TestLayer.join(this.channels.group("lobby").send("chat.left", Map.of("who", "bob")));
		TestLayer.join(this.channels.group("elsewhere").send(new Said("hi")));
		assertThat(this.received).containsExactly("chat.said{message=hi}", "chat.left{who=bob}");
	}

	@Test
	void sendsToAUser() {
		member(this.test, GroupName.ofUser("alice@example.org"));
		TestLayer.join(this.channels.user("alice@example.org").send(new Said("hi")));
		TestLayer.join(this.channels.user("bob").send(new Said("hi")));
		assertThat(this.received).containsExactly("chat.said{message=hi}");
	}

	@Test
	void sendsToAConnection() {
		ChannelName name = member(this.test, GroupName.of("lobby"));
		TestLayer.join(this.channels.connection(name.value()).send(new Said("hi")));
		assertThat(this.received).containsExactly("chat.said{message=hi}");
	}

	@Test
	void sendsToAWorkerChannelAndListsItsDeadLetters() {
		this.test.layer.work(ChannelName.of("mail"), new RetryPolicy(1, Duration.ZERO, Duration.ZERO),
				(event) -> CompletableFuture.failedStage(new IllegalStateException("broken")));
		TestLayer.join(this.channels.channel("mail").send(new Said("hi")));
		assertThat(TestLayer.join(this.channels.channel("mail").deadLetters(10))).singleElement()
			.extracting(DeadLetter::event)
			.isEqualTo(Event.of("chat.said", Map.of("message", "hi")));
	}

	@Test
	void sendsToAnotherLayer() {
		member(this.test, GroupName.of("lobby"));
		TestLayer.join(this.channels.layer("other").group("lobby").send(new Said("not here")));
		member(this.other, GroupName.of("lobby"));
		TestLayer.join(this.channels.layer("other").group("lobby").send(new Said("there")));
		TestLayer.join(this.channels.layer("other").layer("default").group("lobby").send(new Said("here")));
		assertThat(this.received).containsExactly("chat.said{message=there}", "chat.said{message=here}");
	}

	@Test
	void leavesOutMembers() {
		ChannelName first = member(this.test, GroupName.of("lobby"));
		ChannelName second = member(this.test, GroupName.of("lobby"));
		member(this.test, GroupName.of("lobby"));
		GroupAddress group = this.channels.group("lobby");
		GroupAddress withoutTwo = group.except(List.of(first.value())).except(List.of(second.value()));
		TestLayer.join(withoutTwo.send(new Said("for one")));
		assertThat(this.received).hasSize(1);
		TestLayer.join(group.send(new Said("for three")));
		assertThat(this.received).hasSize(4);
	}

	@Test
	void leavesOutMembersByName() {
		ChannelName first = member(this.test, GroupName.of("lobby"));
		ChannelName second = member(this.test, GroupName.of("lobby"));
		member(this.test, GroupName.of("lobby"));
		TestLayer.join(this.channels.group("lobby").except(first.value(), second.value()).send(new Said("for one")));
		assertThat(this.received).hasSize(1);
	}

	@Test
	void sendsOnceToMembersOfSeveralGroups() {
		ChannelName both = member(this.test, GroupName.of("lobby"));
		this.test.layer.groupAdd(GroupName.of("help"), both);
		member(this.test, GroupName.of("help"));
		TestLayer.join(this.channels.groups("lobby", "help").send(new Said("hi")));
		assertThat(this.received).hasSize(2);
		TestLayer.join(this.channels.groups(List.of("help", "lobby", "help")).send("chat.left", null));
		assertThat(this.received).hasSize(4);
		TestLayer.join(this.channels.groups("help", "lobby").except(both.value()).send(new Said("for one")));
		assertThat(this.received).hasSize(5);
		TestLayer.join(this.channels.groups("lobby", "lobby").send(new Said("as to one")));
		assertThat(this.received).hasSize(6);
	}

	@Test
	void severalGroupsHaveLegalNamesAndALimit() {
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> this.channels.groups("lobby", "no name"))
			.withMessageStartingWith("Group name 'no name' is not legal");
		assertThatIllegalArgumentException().isThrownBy(() -> this.channels.groups())
			.withMessage("An event is sent to 1 to 100 groups at once, not to 0");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.channels.groups(IntStream.range(0, 101).mapToObj((i) -> "g" + i).toList()))
			.withMessage("An event is sent to 1 to 100 groups at once, not to 101");
		assertThatExceptionOfType(InvalidNameException.class)
			.isThrownBy(() -> this.channels.groups("lobby").except("no name"));
	}

	@Test
	void membersThatAreLeftOutMustHaveLegalNames() {
		assertThatExceptionOfType(InvalidNameException.class)
			.isThrownBy(() -> this.channels.group("lobby").except(List.of("no name")))
			.withMessageStartingWith("Channel name 'no name' is not legal");
	}

	@Test
	void countsAndListsMembers() {
		ChannelName name = member(this.test, GroupName.of("lobby"));
		assertThat(TestLayer.join(this.channels.group("lobby").size())).isEqualTo(1);
		assertThat(TestLayer.join(this.channels.group("lobby").members(null, 10)).channelNames())
			.containsExactly(name.value());
		assertThat(TestLayer.join(this.channels.group("lobby").members(10)).channelNames())
			.containsExactly(name.value());
	}

	@Test
	void sendsDeadLettersAgainAndForgetsThem() {
		ChannelAddress mail = this.channels.channel("mail");
		WorkerSubscription worker = this.test.layer.work(ChannelName.of("mail"),
				new RetryPolicy(1, Duration.ZERO, Duration.ZERO),
				(event) -> CompletableFuture.failedStage(new IllegalStateException("broken")));
		for (int i = 0; i < 4; i++) {
			TestLayer.join(mail.send("mail", null));
		}
		worker.stop();
		List<DeadLetter> letters = TestLayer.join(mail.deadLetters(10));
		assertThat(TestLayer.join(mail.redeliver(letters.get(0).id()))).isTrue();
		assertThat(TestLayer.join(mail.redeliver(letters.get(0).id()))).isFalse();
		assertThat(TestLayer.join(mail.discard(letters.get(1).id()))).isTrue();
		assertThat(TestLayer.join(mail.discard(letters.get(1).id()))).isFalse();
		assertThat(TestLayer.join(mail.redeliverAll())).isEqualTo(2);
		assertThat(TestLayer.join(mail.discardAll())).isZero();
		assertThat(TestLayer.join(mail.deadLetters(10))).isEmpty();
	}

	@Test
	void asksConnectionsToClose() {
		ChannelName name = this.test.layer.newChannel();
		List<SharedEvent> events = new ArrayList<>();
		this.test.layer.subscribe(name, (delivery) -> events.add(delivery.take()));
		TestLayer.join(this.channels.connection(name.value()).disconnect(4001, "enough"));
		this.test.layer.groupAdd(GroupName.ofUser("alice"), name);
		TestLayer.join(this.channels.user("alice").disconnect(4002, ""));
		TestLayer.join(this.channels.user(new Alice()).disconnect(4003));
		TestLayer.join(this.channels.user("alice").disconnect());
		TestLayer.join(this.channels.user("alice").disconnect(CloseStatus.SERVICE_RESTART.withReason("new version")));
		assertThat(events).extracting((event) -> event.control(LayerEvent.DISCONNECT))
			.containsExactly(Map.of("code", 4001, "reason", "enough"), Map.of("code", 4002, "reason", ""),
					Map.of("code", 4003, "reason", ""), Map.of("code", 1000, "reason", ""),
					Map.of("code", 1012, "reason", "new version"));
	}

	@Test
	void closesWithLegalCodesOnly() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.channels.user("alice").disconnect(1005, ""))
			.withMessageStartingWith("A server cannot close with code 1005");
		assertThatIllegalArgumentException().isThrownBy(() -> this.channels.connection("a!b").disconnect(5000, ""))
			.withMessageStartingWith("A server cannot close with code 5000");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.channels.user("alice").disconnect(CloseStatus.ABNORMAL))
			.withMessageStartingWith("A server cannot close with code 1006");
	}

	@Test
	void illegalNamesAreRefusedAtOnce() {
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> this.channels.group("no name"))
			.withMessageStartingWith("Group name 'no name' is not legal");
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> this.channels.group("a!b"));
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> this.channels.channel("no name"))
			.withMessageStartingWith("Channel name 'no name' is not legal");
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> this.channels.connection("no name"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.channels.user(""));
	}

	@Test
	void aConnectionIsNoWorkerChannel() {
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> this.channels.channel("a!b"))
			.withMessage("Channel 'a!b' is a connection's, not a worker channel: use connection(name)");
	}

	@Test
	void aWorkerChannelIsNoConnection() {
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> this.channels.connection("mail"))
			.withMessage("Channel 'mail' is a worker channel, not a connection's: use channel(name)");
	}

	@Test
	void whatIsNoEventIsRefusedAtOnce() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.channels.group("lobby").send("text"))
			.withMessageContaining("is no event");
		assertThatIllegalArgumentException().isThrownBy(() -> this.channels.channel("mail").send("_type", null))
			.withMessageStartingWith("Event type '_type' is not legal");
	}

	private ChannelName member(TestLayer on, GroupName group) {
		ChannelName name = on.layer.newChannel();
		on.layer.subscribe(name, (delivery) -> {
			SharedEvent event = delivery.take();
			this.received.add(event.type() + event.payload(Map.class));
		});
		on.layer.groupAdd(group, name);
		return name;
	}

	private static final class Alice implements Principal {

		@Override
		public String getName() {
			return "alice";
		}

	}

	@EventType("chat.said")
	record Said(String message) {

	}

}
