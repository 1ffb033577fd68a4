package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.channels.ChannelLayerException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.FakeClock;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link MembershipJournal}.
 */
class MembershipJournalTests {

	private static final GroupName ROOM = GroupName.of("room");

	private static final GroupName OTHER = GroupName.of("other");

	private static final ChannelName C1 = ChannelName.of("specific.n1!1");

	private static final ChannelName C2 = ChannelName.of("specific.n1!2");

	private static final ChannelLayerException REFUSED = new ChannelLayerException("refused",
			new RedisCommandExecutionException("OOM, expected by the test"));

	private static final ChannelLayerException UNKNOWN = new ChannelLayerException("no answer");

	private final FakeClock clock = new FakeClock();

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(),
			JsonMapper.builder().build());

	private final MembershipJournal journal = new MembershipJournal(this.local, this.clock);

	@Test
	void isEmptyAtFirst() {
		assertThat(this.journal.hasWork()).isFalse();
		assertThat(this.journal.take()).isNull();
	}

	@Test
	void aBatchHoldsWhatIsToBeAddedAndRemoved() {
		registered(ROOM, C1);
		leave(ROOM, C1);
		join(ROOM, C2);
		MembershipJournal.Batch batch = take();
		assertThat(batch.removals()).isEqualTo(Map.of(ROOM, List.of(C1)));
		assertThat(batch.groups()).containsExactly(ROOM);
		assertThat(batch.additions(Set.of(ROOM))).isEqualTo(Map.of(ROOM, List.of(C2)));
	}

	@Test
	void eachMembershipIsSettledByItself() {
		CompletableFuture<Void> first = join(ROOM, C1);
		CompletableFuture<Void> second = join(OTHER, C1);
		MembershipJournal.Batch batch = take();
		batch.additions(batch.groups());
		batch.added(ROOM, List.of(C1));
		assertThat(first).isCompleted();
		assertThat(second).isNotDone();
		batch.failed(OTHER, List.of(C1), UNKNOWN);
		assertThat(second).isCompletedExceptionally();
	}

	@Test
	void tellsWhetherTheLastOfAGroupIsRemoved() {
		registered(ROOM, C1);
		registered(ROOM, C2);
		leave(ROOM, C1);
		MembershipJournal.Batch batch = take();
		batch.removals();
		assertThat(batch.removed(ROOM, List.of(C1))).isFalse();
		leave(ROOM, C2);
		batch = take();
		batch.removals();
		assertThat(batch.removed(ROOM, List.of(C2))).isTrue();
		assertThat(batch.isInRedis(ROOM)).isFalse();
		assertThat(this.journal.hasRegistered()).isFalse();
	}

	@Test
	void whoLeavesBeforeItIsSentIsNotSent() {
		CompletableFuture<Void> joined = join(ROOM, C1);
		MembershipJournal.Batch batch = take();
		assertThat(batch.groups()).containsExactly(ROOM);
		assertThat(leave(ROOM, C1)).isCompleted();
		assertThat(batch.additions(Set.of(ROOM))).isEmpty();
		batch.end(null);
		assertThat(joined).isCompleted();
		assertThat(this.journal.size()).isZero();
	}

	@Test
	void whoLeavesWhileItIsSentIsRemoved() {
		join(ROOM, C1);
		MembershipJournal.Batch batch = take();
		batch.additions(Set.of(ROOM));
		assertThat(leave(ROOM, C1)).isNotDone();
		batch.added(ROOM, List.of(C1));
		assertThat(take().removals()).isEqualTo(Map.of(ROOM, List.of(C1)));
	}

	@Test
	void whoComesBackWhileItIsRemovedIsWrittenByTheNextBatch() {
		registered(ROOM, C1);
		leave(ROOM, C1);
		MembershipJournal.Batch batch = take();
		assertThat(batch.removals()).isNotEmpty();
		join(ROOM, C1);
		assertThat(batch.groups()).isEmpty();
		assertThat(batch.additions(Set.of(ROOM))).as("its removal may come later").isEmpty();
		batch.removed(ROOM, List.of(C1));
		batch.end(null);
		assertThat(take().additions(Set.of(ROOM))).isEqualTo(Map.of(ROOM, List.of(C1)));
		assertThat(leave(ROOM, C1)).as("it is in Redis").isNotDone();
	}

	@Test
	void whatFailedWaitsForAnotherAttempt() {
		join(ROOM, C1);
		fail(take(), UNKNOWN);
		assertThat(this.journal.hasWork()).isFalse();
		this.journal.retry();
		assertThat(take().additions(Set.of(ROOM))).isEqualTo(Map.of(ROOM, List.of(C1)));
	}

	@Test
	void whatWasRefusedIsNotInRedis() {
		join(ROOM, C1);
		fail(take(), REFUSED);
		assertThat(leave(ROOM, C1)).isCompleted();
		assertThat(this.journal.size()).isZero();
	}

	@Test
	void whatWasRefusedStaysInRedisIfItWasThere() {
		registered(ROOM, C1);
		this.journal.markAll();
		fail(take(), REFUSED);
		assertThat(leave(ROOM, C1)).isNotDone();
		assertThat(take().removals()).isEqualTo(Map.of(ROOM, List.of(C1)));
	}

	@Test
	void whatHasNoKnownOutcomeMayBeInRedis() {
		join(ROOM, C1);
		fail(take(), UNKNOWN);
		leave(ROOM, C1);
		assertThat(take().removals()).isEqualTo(Map.of(ROOM, List.of(C1)));
	}

	@Test
	void whatWasMarkedAnewIsNotMarkedTwice() {
		join(ROOM, C1);
		MembershipJournal.Batch batch = take();
		batch.additions(Set.of(ROOM));
		leave(ROOM, C1);
		batch.failed(ROOM, List.of(C1), UNKNOWN);
		batch.end(null);
		this.journal.retry();
		assertThat(take().removals()).isNotEmpty();
		assertThat(this.journal.take()).isNull();
	}

	@Test
	void whatABatchLeavesOpenHasFailed() {
		CompletableFuture<Void> joined = join(ROOM, C1);
		take().end(UNKNOWN);
		assertThat(joined).isCompletedExceptionally();
		this.journal.retry();
		assertThat(take().groups()).containsExactly(ROOM);
	}

	@Test
	void freshAndLaterOnesTakeTurns() {
		IntStream.range(0, 5000).forEach((i) -> registered(ROOM, ChannelName.of("specific.n1!r" + i)));
		this.journal.markAll();
		IntStream.range(0, 5000).forEach((i) -> join(OTHER, ChannelName.of("specific.n1!f" + i)));
		assertThat(take().groups()).containsExactly(OTHER);
		assertThat(take().groups()).containsExactly(ROOM);
		assertThat(take().groups()).containsExactly(OTHER);
		assertThat(take().groups()).containsExactly(ROOM);
		assertThat(take().groups()).containsExactly(OTHER);
		assertThat(take().groups()).containsExactly(ROOM);
		assertThat(this.journal.take()).isNull();
	}

	@Test
	void aRoundEndsWithTheFirstBatchOfWhichNothingCouldBeWritten() {
		IntStream.range(0, 5000).forEach((i) -> registered(ROOM, ChannelName.of("specific.n1!r" + i)));
		this.journal.markAll();
		fail(take(), REFUSED);
		assertThat(this.journal.hasWork()).isFalse();
		join(OTHER, C1);
		assertThat(take().groups()).as("fresh ones are tried").containsExactly(OTHER);
		assertThat(this.journal.take()).isNull();
		this.journal.retry();
		assertThat(take().groups()).containsExactly(ROOM);
	}

	@Test
	void aRenewalIsNoFurtherMarkForAFreshOne() {
		join(ROOM, C1);
		this.journal.renew(new RenewalSchedule.Slice(ROOM, List.of(C1), true));
		MembershipJournal.Batch batch = take();
		assertThat(batch.turns(Set.of(ROOM, OTHER))).as("but the group has its turn").containsExactly(ROOM);
		assertThat(batch.turns(Set.of(ROOM))).as("once").isEmpty();
		batch.end(null);
		assertThat(this.journal.take()).isNull();
	}

	@Test
	void removalsAreRepeatedAfterALoss() {
		registered(ROOM, C1);
		leave(ROOM, C1);
		MembershipJournal.Batch batch = take();
		batch.removals();
		batch.removed(ROOM, List.of(C1));
		batch.end(null);
		this.clock.advance(Duration.ofHours(1));
		this.journal.markAll();
		assertThat(take().removals()).isEqualTo(Map.of(ROOM, List.of(C1)));
	}

	@Test
	void nobodyWaitsIfNothingCanBeWritten() {
		CompletableFuture<Void> joined = join(ROOM, C1);
		this.journal.giveUp(UNKNOWN);
		assertThat(joined).isCompletedExceptionally();
		assertThat(this.journal.hasWork()).isFalse();
		this.journal.retry();
		assertThat(take().groups()).containsExactly(ROOM);
	}

	@Test
	void nobodyWaitsForWhatIsForgotten() {
		registered(ROOM, C2);
		CompletableFuture<Void> joined = join(ROOM, C1);
		this.local.clearGroups();
		this.journal.clear();
		assertThat(joined).isCompleted();
		assertThat(this.journal.size()).isZero();
		this.journal.markAll();
		assertThat(this.journal.take()).isNull();
	}

	@Test
	void whatMayHaveBeenWrittenByAServerThatIsAwayForLongIsBounded() {
		for (int i = 0; i < 110_000; i++) {
			ChannelName channel = ChannelName.of("specific.n1!" + i);
			join(ROOM, channel);
			fail(take(), UNKNOWN);
			leave(ROOM, channel);
			MembershipJournal.Batch batch = take();
			batch.removals();
			batch.failed(ROOM, List.of(channel), UNKNOWN);
		}
		assertThat(this.journal.size()).as("each is registered and marked").isEqualTo(200_000);
	}

	private CompletableFuture<Void> join(GroupName group, ChannelName channel) {
		this.local.join(group, channel);
		return this.journal.changed(new Membership(group, channel)).toCompletableFuture();
	}

	private CompletableFuture<Void> leave(GroupName group, ChannelName channel) {
		this.local.leave(group, channel);
		return this.journal.changed(new Membership(group, channel)).toCompletableFuture();
	}

	/**
	 * A membership that is in Redis.
	 */
	private void registered(GroupName group, ChannelName channel) {
		join(group, channel);
		MembershipJournal.Batch batch = take();
		batch.additions(Set.of(group));
		batch.added(group, List.of(channel));
		batch.end(null);
		assertThat(this.journal.take()).isNull();
	}

	private MembershipJournal.Batch take() {
		MembershipJournal.Batch batch = this.journal.take();
		assertThat(batch).isNotNull();
		return batch;
	}

	private static void fail(MembershipJournal.Batch batch, ChannelLayerException failure) {
		batch.additions(batch.groups()).forEach((group, members) -> batch.failed(group, members, failure));
		batch.end(null);
	}

}
