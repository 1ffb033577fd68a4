package dev.channels.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link Memberships}.
 */
class MembershipsTests {

	private static final GroupName A = GroupName.of("a");

	private static final GroupName B = GroupName.of("b");

	private static final Duration LONG = Duration.ofSeconds(10);

	private static final Duration SHORT = Duration.ofMillis(1);

	private final RecordingLayer layer = new RecordingLayer();

	private final Memberships memberships = new Memberships(this.layer, ChannelName.of("specific.node!1"));

	private final CompletableFuture<Void> pending = new CompletableFuture<>();

	@Test
	void joinsAndLeavesInOrder() {
		this.memberships.join(A);
		this.memberships.join(B);
		this.memberships.leave(A);
		this.memberships.join(A);
		assertThat(this.layer.calls()).containsExactly("add to group 'a'", "add to group 'b'", "discard from group 'a'",
				"add to group 'a'");
		assertThat(this.memberships.groups()).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void whoJoinsAgainWaitsForTheFirstJoin() {
		this.layer.answering(this.pending);
		this.memberships.join(A);
		CompletionStage<Void> again = this.memberships.join(A);
		assertThat(again.toCompletableFuture()).isNotDone();
		this.pending.complete(null);
		assertThat(again).isCompleted();
		assertThat(this.layer.calls()).containsExactly("add to group 'a'");
	}

	@Test
	void leavesNoGroupThatWasNotJoined() {
		assertThat(this.memberships.leave(A)).isCompleted();
		this.memberships.join(A);
		this.memberships.leave(A);
		this.memberships.leave(A);
		assertThat(this.layer.calls()).containsExactly("add to group 'a'", "discard from group 'a'");
	}

	@Test
	void returnsStagesThatCompleteWithThoseOfTheLayer() {
		this.layer.answering(this.pending);
		CompletionStage<Void> join = this.memberships.join(A);
		CompletionStage<Void> leave = this.memberships.leave(A);
		assertThat(join.toCompletableFuture()).isNotDone();
		assertThat(leave.toCompletableFuture()).isNotDone();
		this.pending.complete(null);
		assertThat(join).isCompleted();
		assertThat(leave).isCompleted();
		assertThat(this.memberships.leaveAll()).isEmpty();
	}

	@Test
	void returnsStagesThatFailWithThoseOfTheLayer() {
		this.layer.answering(this.pending);
		CompletionStage<Void> join = this.memberships.join(A);
		this.pending.completeExceptionally(new IllegalStateException("down"));
		assertThat(join).isCompletedExceptionally();
		assertThat(this.memberships.leaveAll()).isEmpty();
	}

	@Test
	void nothingIsAwaitedOnceTheConnectionHasEnded() {
		this.layer.answering(this.pending);
		CompletableFuture<Void> join = this.memberships.join(A).toCompletableFuture();
		CompletableFuture<Void> leave = this.memberships.leave(A).toCompletableFuture();
		assertThat(this.memberships.leaveAll()).containsExactlyInAnyOrder(join, leave);
		assertThat(this.pending).as("is not ours").isNotDone();
	}

	@Test
	void aGroupThatCannotBeLeftDoesNotKeepTheOthers() {
		this.memberships.join(A);
		this.memberships.join(B);
		this.layer.failingToDiscard();
		assertThat(this.memberships.leaveAll()).isEmpty();
		assertThat(this.memberships.groups()).isEmpty();
		assertThat(this.layer.calls()).endsWith("discard from group 'a'", "discard from group 'b'");
	}

	@Test
	void leaveAllLeavesWhatIsJoined() {
		this.memberships.join(A);
		this.memberships.join(B);
		this.memberships.join(GroupName.ofUser("ann"));
		this.memberships.leave(B);
		this.memberships.leaveAll();
		this.memberships.leaveAll();
		assertThat(this.layer.calls().subList(4, this.layer.calls().size())).containsExactly("discard from group 'a'",
				"discard from user 'ann'");
		assertThat(this.memberships.groups()).isEmpty();
	}

	@Test
	void noJoinFollowsTheEnd() {
		this.memberships.leaveAll();
		assertThat(this.memberships.join(A)).isCompleted();
		assertThat(this.memberships.leave(A)).isCompleted();
		assertThat(this.layer.calls()).isEmpty();
		assertThat(this.memberships.groups()).isEmpty();
	}

	@Test
	void groupsAreAnUnmodifiableCopyWithoutTheUser() {
		this.memberships.join(GroupName.ofUser("ann"));
		this.memberships.join(A);
		var groups = this.memberships.groups();
		this.memberships.join(B);
		assertThat(groups).containsExactly("a");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> groups.add("c"));
	}

	@Test
	void thereIsNothingToAwaitWithoutJoins() throws Exception {
		assertThat(pendingWithin(SHORT)).isTrue();
	}

	@Test
	void awaitsJoinsOfTheHandshake() throws Exception {
		this.layer.answering(this.pending);
		this.memberships.join(A);
		assertThat(pendingWithin(SHORT)).isFalse();
	}

	@Test
	void joinsThatTakeEffectAreNotAwaitedAnyLonger() throws Exception {
		this.layer.answering(this.pending);
		this.memberships.join(A);
		this.memberships.join(B);
		this.pending.complete(null);
		assertThat(pendingWithin(LONG)).isTrue();
	}

	@Test
	void aJoinThatFailsIsNotInEffect() throws Exception {
		this.layer.answering(this.pending);
		this.memberships.join(A);
		this.pending.completeExceptionally(new IllegalStateException("down"));
		assertThat(pendingWithin(LONG)).isFalse();
		assertThat(this.memberships.groups()).as("the layer makes up for it").containsExactly("a");
	}

	@Test
	void aJoinThatIsCancelledIsNotInEffect() throws Exception {
		this.layer.answering(this.pending);
		this.memberships.join(A);
		this.pending.cancel(false);
		assertThat(pendingWithin(LONG)).isFalse();
	}

	@Test
	void awaitsOtherStepsAsWell() throws Exception {
		this.memberships.await(this.pending);
		assertThat(pendingWithin(SHORT)).isFalse();
	}

	@Test
	void laterJoinsAreNotAwaited() throws Exception {
		assertThat(pendingWithin(LONG)).isTrue();
		this.layer.answering(this.pending);
		this.memberships.join(A);
		assertThat(pendingWithin(SHORT)).isTrue();
	}

	@Test
	void aGroupThatTheLayerMayHaveForgottenIsJoinedAgain() {
		this.memberships.join(A);
		this.memberships.join(A);
		assertThat(this.layer.calls()).containsExactly("add to group 'a'", "add to group 'a'");
		assertThat(this.memberships.groups()).containsExactly("a");
		this.memberships.leave(A);
		assertThat(this.layer.calls()).endsWith("discard from group 'a'").hasSize(3);
	}

	@RepeatedTest(200)
	void whatIsJoinedWhileTheConnectionEndsIsLeft() {
		AtomicInteger number = new AtomicInteger();
		Runnable join = () -> IntStream.range(0, 10)
			.forEach((i) -> this.memberships.join(GroupName.of("g" + number.incrementAndGet())));
		try (Race race = new Race()) {
			race.run(join, join, this.memberships::leaveAll);
		}
		long joined = this.layer.calls().stream().filter((call) -> call.startsWith("add")).count();
		long left = this.layer.calls().stream().filter((call) -> call.startsWith("discard")).count();
		assertThat(left).isEqualTo(joined);
		assertThat(this.memberships.groups()).isEmpty();
	}

	private boolean pendingWithin(Duration limit) throws Exception {
		try {
			this.memberships.pending().get(limit.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

}
