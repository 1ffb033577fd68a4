package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import dev.channels.Event;
import dev.channels.layer.LayerSettings.ChannelCapacity;
import dev.channels.layer.LocalDelivery.Outcome;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link LocalDelivery}.
 */
class LocalDeliveryTests {

	private static final GroupName LOBBY = GroupName.of("lobby");

	private static final ChannelName ALICE = ChannelName.of("node!alice");

	private static final ChannelName BOB = ChannelName.of("node!bob");

	private final FakeClock clock = new FakeClock();

	private final DropCounter drops = new DropCounter();

	private final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	private LocalDelivery local = delivery(10);

	private final List<Delivery> alice = new ArrayList<>();

	private final List<Delivery> bob = new ArrayList<>();

	@Test
	void firstMemberIsToldFromTheOthers() {
		assertThat(this.local.join(LOBBY, ALICE)).isTrue();
		assertThat(this.local.join(LOBBY, BOB)).isFalse();
		assertThat(this.local.join(LOBBY, ALICE)).isFalse();
		assertThat(this.local.join(GroupName.of("other"), BOB)).isTrue();
	}

	@Test
	void lastMemberIsToldFromTheOthers() {
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, BOB);
		assertThat(this.local.leave(LOBBY, ALICE)).isFalse();
		assertThat(this.local.leave(LOBBY, ALICE)).isFalse();
		assertThat(this.local.leave(LOBBY, BOB)).isTrue();
		assertThat(this.local.leave(LOBBY, BOB)).isFalse();
		assertThat(this.local.join(LOBBY, BOB)).isTrue();
	}

	@Test
	void knowsMembersAndGroups() {
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, BOB);
		this.local.join(GroupName.ofUser("lobby"), BOB);
		assertThat(this.local.members(LOBBY)).containsExactlyInAnyOrder(ALICE, BOB);
		assertThat(this.local.isMember(LOBBY, ALICE)).isTrue();
		assertThat(this.local.isMember(GroupName.ofUser("lobby"), ALICE)).isFalse();
		assertThat(this.local.isMember(GroupName.of("other"), ALICE)).isFalse();
		assertThat(this.local.groups()).containsExactlyInAnyOrder(LOBBY, GroupName.ofUser("lobby"));
		this.local.leave(LOBBY, ALICE);
		this.local.leave(LOBBY, BOB);
		assertThat(this.local.groups()).containsExactly(GroupName.ofUser("lobby"));
		assertThat(this.local.members(LOBBY)).isEmpty();
	}

	@Test
	void pagesOfMembersAreSorted() {
		ChannelName carol = ChannelName.of("node!carol");
		List.of(carol, ALICE, BOB).forEach((name) -> this.local.join(LOBBY, name));
		assertThat(this.local.members(LOBBY, null, 2)).containsExactly(ALICE, BOB);
		assertThat(this.local.members(LOBBY, BOB, 2)).containsExactly(carol);
		assertThat(this.local.members(LOBBY, ChannelName.of("node!b"), 1)).as("behind one that has left")
			.containsExactly(BOB);
		assertThat(this.local.members(LOBBY, carol, 1)).isEmpty();
		assertThat(this.local.members(GroupName.of("other"), null, 1)).isEmpty();
	}

	@Test
	void countsMemberships() {
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, BOB);
		this.local.join(GroupName.ofUser("bob"), BOB);
		assertThat(this.local.memberships()).isEqualTo(3);
		assertThat(this.local.size(LOBBY)).isEqualTo(2);
		assertThat(this.local.size(GroupName.of("other"))).isZero();
		this.local.leave(LOBBY, ALICE);
		this.local.leave(LOBBY, ALICE);
		assertThat(this.local.memberships()).isEqualTo(2);
		this.local.clearGroups();
		assertThat(this.local.memberships()).isZero();
	}

	@Test
	void anEventMayExcludeNobodyByANullFromABackendOfItsOwn() {
		serve();
		this.local.join(LOBBY, ALICE);
		this.local.deliver(LOBBY, event("a").with(LayerEvent.EXCEPT, Collections.singletonList(null)));
		assertThat(types(this.alice)).containsExactly("a");
	}

	@Test
	void forgetsAllGroupsAtOnce() {
		this.local.join(LOBBY, ALICE);
		this.local.clearGroups();
		assertThat(this.local.groups()).isEmpty();
		assertThat(this.local.join(LOBBY, ALICE)).isTrue();
	}

	@Test
	void deliversToEachMemberInOrder() {
		serve();
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, BOB);
		for (int i = 0; i < 5; i++) {
			this.local.deliver(LOBBY, event("e" + i));
		}
		assertThat(types(this.alice)).containsExactly("e0", "e1", "e2", "e3", "e4");
		assertThat(types(this.bob)).containsExactly("e0", "e1", "e2", "e3", "e4");
	}

	@Test
	void membersShareTheDecodedPayload() {
		serve();
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, BOB);
		this.local.deliver(LOBBY, this.codec.encode(Event.of("a", Map.of("x", 1))));
		assertThat(this.alice.get(0).take()).isNotNull().isSameAs(this.bob.get(0).take());
	}

	@Test
	void deliversOnlyToMembers() {
		serve();
		this.local.join(LOBBY, ALICE);
		this.local.join(GroupName.ofUser("lobby"), BOB);
		this.local.deliver(LOBBY, event("a"));
		assertThat(this.alice).hasSize(1);
		assertThat(this.bob).isEmpty();
	}

	@Test
	void deliversNothingToAGroupThatNobodyJoined() {
		serve();
		this.local.deliver(LOBBY, event("a"));
		assertThat(this.alice).isEmpty();
	}

	@Test
	void leavesOutMembersThatTheEventExcludes() {
		serve();
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, BOB);
		this.local.deliver(LOBBY, event("a").with(LayerEvent.EXCEPT, List.of(ALICE.value(), ALICE.value(), "no!body")));
		assertThat(this.alice).isEmpty();
		assertThat(this.bob).hasSize(1);
	}

	@Test
	void aFullMemberMissesTheEventAndNobodyElse() {
		this.local = delivery(2);
		serve();
		this.local.join(LOBBY, ALICE);
		this.local.join(LOBBY, BOB);
		this.local.deliver(LOBBY, event("a"));
		this.local.deliver(LOBBY, event("b"));
		this.bob.forEach(Delivery::take);
		this.local.deliver(LOBBY, event("c"));
		assertThat(types(this.alice)).containsExactly("a", "b");
		assertThat(this.bob).hasSize(3);
		assertThat(this.drops.total(DropReason.CAPACITY)).isEqualTo(1);
	}

	@Test
	void aFullChannelTakesNoDirectEvent() {
		this.local = delivery(1);
		serve();
		assertThat(this.local.deliver(ALICE, event("a"))).isEqualTo(Outcome.TAKEN);
		assertThat(this.local.deliver(ALICE, event("b"))).isEqualTo(Outcome.FULL);
		assertThat(this.local.deliver(BOB, event("b"))).isEqualTo(Outcome.TAKEN);
		assertThat(this.drops.total(DropReason.CAPACITY)).isZero();
	}

	@Test
	void aRequestToClosePassesEventsThatWait() {
		List<SharedEvent> controls = new ArrayList<>();
		this.local.subscribe(ALICE, new Receiver() {
			@Override
			public void accept(Delivery delivery) {
				LocalDeliveryTests.this.alice.add(delivery);
			}

			@Override
			public void control(SharedEvent event) {
				controls.add(event);
			}
		});
		while (this.local.deliver(ALICE, event("chat")) == Outcome.TAKEN) {
			assertThat(controls).isEmpty();
		}
		LayerEvent request = event("channels.disconnect").with(LayerEvent.DISCONNECT, Map.of("code", 4001));
		assertThat(this.local.deliver(ALICE, request)).isEqualTo(Outcome.TAKEN);
		this.local.join(LOBBY, ALICE);
		this.local.deliver(LOBBY, request);
		assertThat(controls).hasSize(2);
		assertThat(this.drops.total(DropReason.CAPACITY)).isZero();
	}

	@Test
	void hasRoomAgainWhenAnEventWasTakenOrDiscarded() {
		this.local = delivery(1);
		serve();
		this.local.deliver(ALICE, event("a"));
		this.alice.get(0).take();
		assertThat(this.local.deliver(ALICE, event("b"))).isEqualTo(Outcome.TAKEN);
		this.alice.get(1).discard();
		assertThat(this.local.deliver(ALICE, event("c"))).isEqualTo(Outcome.TAKEN);
		assertThat(this.local.deliver(ALICE, event("d"))).isEqualTo(Outcome.FULL);
	}

	@Test
	void capacityIsThatOfTheFirstMatchingPattern() {
		this.local = new LocalDelivery(
				new LayerSettings(5, List.of(new ChannelCapacity("*!alice", 2), new ChannelCapacity("*", 3)),
						Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(1)),
				this.drops, JsonMapper.builder().build(), this.clock);
		serve();
		assertThat(this.local.capacityOf(ALICE)).isEqualTo(2);
		assertThat(this.local.capacityOf(BOB)).isEqualTo(3);
		assertThat(this.local.capacityOf(ChannelName.of("not!served"))).isEqualTo(3);
	}

	@Test
	void anEventThatWaitsAsLongAsTheExpiryIsStillTaken() {
		serve();
		this.local.deliver(ALICE, event("a"));
		this.clock.advance(Duration.ofSeconds(60));
		assertThat(this.alice.get(0).take()).isNotNull();
		assertThat(this.drops.total(DropReason.EXPIRED)).isZero();
	}

	@Test
	void anEventThatWaitsLongerIsExpiredAndCounted() {
		serve();
		this.local.deliver(ALICE, event("a"));
		this.clock.advance(Duration.ofSeconds(60).plusNanos(1));
		assertThat(this.alice.get(0).take()).isNull();
		assertThat(this.drops.total(DropReason.EXPIRED)).isEqualTo(1);
	}

	@Test
	void anExpiredEventGivesItsRoomBack() {
		this.local = delivery(1);
		serve();
		this.local.deliver(ALICE, event("a"));
		this.clock.advance(Duration.ofMinutes(2));
		this.alice.get(0).take();
		assertThat(this.local.deliver(ALICE, event("b"))).isEqualTo(Outcome.TAKEN);
	}

	@Test
	void anEventForAChannelThatNobodyServesFindsNoReceiver() {
		assertThat(this.local.deliver(ALICE, event("a"))).isEqualTo(Outcome.NO_RECEIVER);
		serve();
		this.local.unsubscribe(ALICE);
		assertThat(this.local.deliver(ALICE, event("a"))).isEqualTo(Outcome.NO_RECEIVER);
		assertThat(this.local.deliver(BOB, event("a"))).isEqualTo(Outcome.TAKEN);
	}

	@Test
	void unsubscribeOfAnUnknownChannelDoesNothing() {
		this.local.unsubscribe(ALICE);
		serve();
		assertThat(this.local.deliver(ALICE, event("a"))).isEqualTo(Outcome.TAKEN);
	}

	@Test
	void aChannelHasOneReceiver() {
		serve();
		assertThatIllegalStateException().isThrownBy(() -> this.local.subscribe(ALICE, this.bob::add))
			.withMessage("Channel 'node!alice' has a receiver already");
		this.local.deliver(ALICE, event("a"));
		assertThat(this.alice).hasSize(1);
	}

	@Test
	void anUnservedMemberIsCountedAndStaysUntilItsMembershipExpires() {
		this.local.join(LOBBY, ALICE);
		this.clock.advance(Duration.ofHours(1));
		this.local.deliver(LOBBY, event("a"));
		assertThat(this.drops.total(DropReason.NO_RECEIVER)).isEqualTo(1);
		assertThat(this.local.isMember(LOBBY, ALICE)).isTrue();
		this.clock.advance(Duration.ofNanos(1));
		this.local.deliver(LOBBY, event("a"));
		assertThat(this.local.groups()).isEmpty();
	}

	@Test
	void joiningAgainRenewsAnUnservedMembership() {
		this.local.join(LOBBY, ALICE);
		this.clock.advance(Duration.ofMinutes(59));
		this.local.join(LOBBY, ALICE);
		this.clock.advance(Duration.ofMinutes(59));
		this.local.deliver(LOBBY, event("a"));
		assertThat(this.local.isMember(LOBBY, ALICE)).isTrue();
	}

	@Test
	void aServedMemberStaysForEver() {
		serve();
		this.local.join(LOBBY, ALICE);
		this.clock.advance(Duration.ofDays(365));
		this.local.deliver(LOBBY, event("a"));
		assertThat(this.alice).hasSize(1);
		assertThat(this.local.isMember(LOBBY, ALICE)).isTrue();
	}

	private void serve() {
		this.local.subscribe(ALICE, this.alice::add);
		this.local.subscribe(BOB, this.bob::add);
	}

	private LocalDelivery delivery(int capacity) {
		return new LocalDelivery(
				new LayerSettings(capacity, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(1)),
				this.drops, JsonMapper.builder().build(), this.clock);
	}

	private LayerEvent event(String type) {
		return this.codec.encode(Event.of(type));
	}

	private static List<String> types(List<Delivery> deliveries) {
		return deliveries.stream().map((delivery) -> delivery.take().type()).toList();
	}

}
