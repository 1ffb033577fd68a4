package dev.channels.layer.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import dev.channels.ChannelLayerException;
import dev.channels.connection.Eventually;
import dev.channels.connection.ManualExecutor;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.FakeClock;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link GroupRegistry}: what is written when. Redis says that it is 5000 ms.
 */
class GroupRegistryTests {

	private static final GroupName ROOM = GroupName.of("room");

	private static final GroupName OTHER = GroupName.of("other");

	private static final ChannelName C1 = ChannelName.of("specific.n1!1");

	private static final ChannelName C2 = ChannelName.of("specific.n1!2");

	private static final Duration EXPIRY = Duration.ofDays(1);

	private static final String INDEX_EXPIRES = "expire asgi:node:n1:groups 86400";

	private final FakeClock clock = new FakeClock();

	private static final RedisCommandExecutionException REFUSED = new RedisCommandExecutionException(
			"OOM command not allowed, expected by the test");

	private final FakeRedis redis = new FakeRedis();

	/** Whether commands end with an error of this process. */
	private boolean broken;

	private final CommandSender sender = new CommandSender() {

		@Override
		public boolean isOpen() {
			return GroupRegistryTests.this.redis.isOpen();
		}

		@Override
		public <T> CompletionStage<T> send(
				Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
			if (GroupRegistryTests.this.broken) {
				throw new StackOverflowError("expected by the test");
			}
			return GroupRegistryTests.this.redis.send(command);
		}

	};

	private final RedisNames names = new RedisNames("asgi");

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(),
			JsonMapper.builder().build());

	private final NodeLease lease = new NodeLease(this.redis, this.names, "n1", Duration.ofSeconds(6));

	private final ManualExecutor executor = new ManualExecutor();

	private GroupRegistry registry = registry(this.executor);

	@Test
	void writesTheIndexBeforeTheFirstMember() {
		beat();
		CompletableFuture<Void> joined = join(ROOM, C1);
		assertThat(this.redis.received()).as("nothing is written on the caller's thread").isEmpty();
		assertThat(joined).isNotDone();
		this.executor.runAll();
		assertThat(joined).isCompleted();
		assertThat(this.redis.received()).containsExactly("zadd asgi:node:n1:groups asgi:members:room=5000",
				INDEX_EXPIRES, "zadd asgi:members:room specific.n1!1=5000", "expire asgi:members:room 86400");
	}

	@Test
	void writesTheIndexAfterTheLastMember() {
		beat();
		join(ROOM, C1);
		join(ROOM, C2);
		write();
		CompletableFuture<Void> left = leave(ROOM, C1);
		assertThat(write()).containsExactly("zrem asgi:members:room specific.n1!1");
		assertThat(left).isCompleted();
		leave(ROOM, C2);
		assertThat(write()).containsExactly("zrem asgi:members:room specific.n1!2",
				"zrem asgi:node:n1:groups asgi:members:room");
	}

	@Test
	void writesManyAtOnce() {
		beat();
		join(ROOM, C1);
		join(ROOM, C2);
		join(OTHER, C1);
		assertThat(this.executor.waiting()).as("one task").isEqualTo(1);
		assertThat(write()).containsExactly("zadd asgi:node:n1:groups asgi:members:room=5000 asgi:members:other=5000",
				INDEX_EXPIRES, "zadd asgi:members:room specific.n1!1=5000 specific.n1!2=5000",
				"expire asgi:members:room 86400", "zadd asgi:members:other specific.n1!1=5000",
				"expire asgi:members:other 86400");
	}

	@Test
	void writesLargeNumbersInParts() {
		beat();
		IntStream.rangeClosed(1, 2001).forEach((i) -> join(ROOM, ChannelName.of("specific.n1!" + i)));
		CompletableFuture<Void> last = join(OTHER, C1);
		List<String> written = write();
		assertThat(written.stream().filter((command) -> command.startsWith("zadd asgi:members:room"))).hasSize(2);
		assertThat(last).isCompleted();
	}

	@Test
	void whatIsJoinedAndLeftAtOnceIsNotWritten() {
		beat();
		CompletableFuture<Void> joined = join(ROOM, C1);
		CompletableFuture<Void> left = leave(ROOM, C1);
		assertThat(left).isCompleted();
		assertThat(write()).isEmpty();
		assertThat(joined).as("nobody waits for ever").isCompleted();
	}

	@Test
	void whatIsJoinedAndLeftAtOnceDuringAnOutageIsNotAwaitedForEver() {
		this.redis.closed();
		CompletableFuture<Void> joined = join(ROOM, C1);
		assertThat(joined).isNotDone();
		leave(ROOM, C1);
		assertThat(joined).isCompleted();
	}

	@Test
	void aRestoreDuringAWriteWritesTheIndexAgain() {
		beat();
		join(ROOM, C1);
		write();
		CompletableFuture<Long> reply = new CompletableFuture<>();
		this.redis.answer("zadd asgi:members:room", reply);
		join(ROOM, C2);
		CompletableFuture<Void> writing = CompletableFuture.runAsync(this.executor::runAll);
		Eventually.until(() -> this.redis.hasReceived("expire asgi:members:room 86400"));
		this.registry.restore();
		reply.complete(1L);
		assertThat(writing).succeedsWithin(Duration.ofSeconds(10));
		assertThat(write()).contains("zadd asgi:node:n1:groups asgi:members:room=5000");
	}

	@Test
	void whatIsLeftAndJoinedAtOnceIsWrittenAsItIs() {
		beat();
		join(ROOM, C1);
		write();
		leave(ROOM, C1);
		join(ROOM, C1);
		assertThat(write()).containsExactly("zadd asgi:members:room specific.n1!1=5000",
				"expire asgi:members:room 86400");
	}

	@Test
	void whoLeavesWhileItsJoinIsWrittenIsRemovedAfterwards() {
		beat();
		CompletableFuture<Long> reply = new CompletableFuture<>();
		this.redis.answer("zadd asgi:members:room", reply);
		join(ROOM, C1);
		CompletableFuture<Void> writing = CompletableFuture.runAsync(this.executor::runAll);
		Eventually.until(() -> this.redis.hasReceived("expire asgi:members:room 86400"));
		CompletableFuture<Void> left = leave(ROOM, C1);
		assertThat(left).isNotDone();
		reply.complete(1L);
		assertThat(writing).succeedsWithin(Duration.ofSeconds(10));
		this.executor.runAll();
		assertThat(left).isCompleted();
		assertThat(this.redis.received()).endsWith("zrem asgi:members:room specific.n1!1",
				"zrem asgi:node:n1:groups asgi:members:room");
	}

	@Test
	void leavingWhatWasNeverJoinedWritesNothing() {
		beat();
		assertThat(leave(ROOM, C1)).isCompleted();
		assertThat(write()).isEmpty();
	}

	@Test
	void waitsForTheTimeOfRedis() {
		CompletableFuture<Void> joined = join(ROOM, C1);
		assertThat(write()).isEmpty();
		beat();
		this.registry.refresh(true);
		assertThat(write()).hasSize(4);
		assertThat(joined).isCompleted();
	}

	@Test
	void writesAfterAnOutageWhatHappenedMeanwhile() {
		beat();
		join(ROOM, C1);
		write();
		this.redis.closed();
		leave(ROOM, C1);
		CompletableFuture<Void> joined = join(OTHER, C2);
		assertThat(this.executor.waiting()).isZero();
		this.redis.opened();
		this.registry.refresh(true);
		assertThat(write()).contains("zrem asgi:members:room specific.n1!1",
				"zadd asgi:members:other specific.n1!2=5000");
		assertThat(joined).isCompleted();
	}

	@Test
	void aWriteThatFailsIsToldAndMadeUpFor() {
		beat();
		this.redis.answer("zadd", new IllegalStateException("expected by the test"));
		CompletableFuture<Void> joined = join(ROOM, C1);
		write();
		assertThat(joined).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(ChannelLayerException.class);
		this.redis.answer("zadd", 1L);
		CompletableFuture<Void> other = join(OTHER, C2);
		assertThat(write()).contains("zadd asgi:members:other specific.n1!2=5000");
		this.registry.refresh(true);
		assertThat(write()).contains("zadd asgi:members:room specific.n1!1=5000");
		assertThat(other).isCompleted();
	}

	@Test
	void restoreWritesEverythingAgain() {
		beat();
		join(ROOM, C1);
		join(OTHER, C2);
		write();
		this.registry.restore();
		assertThat(write()).containsExactlyInAnyOrder(
				"zadd asgi:node:n1:groups asgi:members:room=5000 asgi:members:other=5000", INDEX_EXPIRES,
				"zadd asgi:members:room specific.n1!1=5000", "expire asgi:members:room 86400",
				"zadd asgi:members:other specific.n1!2=5000", "expire asgi:members:other 86400");
	}

	@Test
	void restoreRepeatsTheLatestRemovals() {
		beat();
		join(ROOM, C1);
		write();
		leave(ROOM, C1);
		write();
		this.registry.restore();
		assertThat(write()).contains("zrem asgi:members:room specific.n1!1")
			.noneMatch((command) -> command.startsWith("zadd"));
	}

	@Test
	void whatIsClearedIsForgotten() {
		beat();
		join(ROOM, C1);
		write();
		this.local.clearGroups();
		this.registry.clear();
		assertThat(write()).isEmpty();
		this.registry.restore();
		assertThat(write()).isEmpty();
		join(ROOM, C1);
		assertThat(write()).as("the index as well").contains("zadd asgi:node:n1:groups asgi:members:room=5000");
	}

	@Test
	void aLargeGroupIsRenewedInSlices() {
		beat();
		IntStream.rangeClosed(1, 6000).forEach((i) -> join(ROOM, ChannelName.of("specific.n1!" + i)));
		write();
		this.registry.restore();
		write();
		Set<String> renewed = new HashSet<>();
		for (int second = 0; second < 600; second++) {
			this.clock.advance(Duration.ofSeconds(1));
			this.registry.refresh(true);
			List<String> members = members("zadd asgi:members:room", write());
			assertThat(members).hasSizeBetween(9, 11);
			renewed.addAll(members);
		}
		assertThat(renewed).as("all in ten minutes").hasSize(6000);
	}

	@Test
	void aGroupWhoseTurnItIsLosesWhatNobodyRenewed() {
		beat(90_000_000);
		join(ROOM, C1);
		write();
		this.registry.restore();
		write();
		this.clock.advance(Duration.ofMinutes(10));
		this.registry.refresh(true);
		assertThat(write()).containsExactly("zadd asgi:node:n1:groups asgi:members:room=90000000", INDEX_EXPIRES,
				"zadd asgi:members:room specific.n1!1=90000000", "expire asgi:members:room 86400",
				"zremrangebyscore asgi:members:room Range [[unbounded] to (3600000.0]");
	}

	@Test
	void nothingExpiresThatCouldNotBeRenewed() {
		beat();
		join(ROOM, C1);
		write();
		this.registry.restore();
		write();
		this.redis.answer("zadd asgi:members:room", REFUSED);
		this.clock.advance(Duration.ofMinutes(10));
		this.registry.refresh(true);
		assertThat(write()).contains("zadd asgi:members:room specific.n1!1=5000")
			.noneMatch((command) -> command.startsWith("zremrangebyscore"));
	}

	@Test
	void membersAreRemovedAlthoughNoneCanBeAdded() {
		beat();
		join(ROOM, C1);
		write();
		this.redis.answer("zadd", REFUSED);
		CompletableFuture<Void> left = leave(ROOM, C1);
		CompletableFuture<Void> joined = join(OTHER, C2);
		assertThat(write()).contains("zrem asgi:members:room specific.n1!1",
				"zrem asgi:node:n1:groups asgi:members:room");
		assertThat(left).isCompleted();
		assertThat(joined).isCompletedExceptionally();
	}

	@Test
	void whoWasNeverWrittenLeavesNothingBehind() {
		beat();
		this.redis.answer("zadd", REFUSED);
		int before = this.registry.size();
		IntStream.range(0, 10_000).forEach((i) -> joinAndLeave(GroupName.of("g" + i % 100), i));
		assertThat(this.registry.size()).isEqualTo(before);
		this.redis.answer("zadd", 1L);
		this.registry.refresh(true);
		assertThat(write()).isEmpty();
	}

	@Test
	void whoWasRefusedByItsGroupLeavesNothingBehind() {
		beat();
		this.redis.answer("zadd asgi:members:room", REFUSED);
		IntStream.range(0, 10_000).forEach((i) -> joinAndLeave(ROOM, i));
		assertThat(this.registry.size()).isZero();
		assertThat(write()).noneMatch((command) -> command.startsWith("zrem asgi:members:room"));
	}

	@Test
	void whoMayHaveBeenWrittenIsRemoved() {
		beat();
		this.redis.answer("zadd asgi:members:room", new RedisCommandTimeoutException("expected by the test"));
		join(ROOM, C1);
		write();
		leave(ROOM, C1);
		assertThat(write()).contains("zrem asgi:members:room specific.n1!1");
	}

	@Test
	void aGroupThatCannotBeWrittenDelaysNoOther() {
		beat();
		join(ROOM, C1);
		join(OTHER, C1);
		write();
		this.redis.answer("zadd asgi:members:room", REFUSED).answer("zrem asgi:members:room", REFUSED);
		CompletableFuture<Void> leftPoisoned = leave(ROOM, C1);
		CompletableFuture<Void> joinedPoisoned = join(ROOM, C2);
		CompletableFuture<Void> left = leave(OTHER, C1);
		CompletableFuture<Void> joined = join(OTHER, C2);
		write();
		assertThat(leftPoisoned).isCompletedExceptionally();
		assertThat(joinedPoisoned).isCompletedExceptionally();
		assertThat(left).isCompleted();
		assertThat(joined).isCompleted();
		this.registry.restore();
		assertThat(write()).as("the removal that succeeded is remembered")
			.contains("zrem asgi:members:other " + "specific.n1!1");
		this.redis.answer("zadd asgi:members:room", 1L).answer("zrem asgi:members:room", 1L);
		this.registry.refresh(true);
		assertThat(write()).contains("zrem asgi:members:room specific.n1!1",
				"zadd asgi:members:room specific.n1!2=5000");
		assertThat(this.registry.size()).isEqualTo(2);
	}

	@Test
	void aRedisThatRefusesEverythingIsAskedOnceASecond() {
		beat();
		IntStream.range(0, 5000).forEach((i) -> join(ROOM, ChannelName.of("specific.n1!" + i)));
		write();
		this.redis.answer("zadd", REFUSED).answer("zrem", REFUSED);
		this.registry.restore();
		write();
		this.registry.refresh(true);
		assertThat(members("zadd asgi:node:n1:groups", write())).as("one batch").hasSize(1);
		for (int i = 0; i < 100; i++) {
			join(OTHER, ChannelName.of("specific.n1!x" + i));
			assertThat(write()).as("what is new, and nothing else").hasSize(2);
		}
	}

	@Test
	void anErrorDoesNotEndWriting() {
		beat();
		this.broken = true;
		CompletableFuture<Void> joined = join(ROOM, C1);
		assertThatExceptionOfType(StackOverflowError.class).isThrownBy(this.executor::runAll);
		assertThat(joined).isCompletedExceptionally();
		this.broken = false;
		this.registry.refresh(true);
		assertThat(write()).contains("zadd asgi:members:room specific.n1!1=5000");
	}

	@Test
	void aRemovalFromTheIndexThatFailsIsMadeUpFor() {
		beat();
		join(ROOM, C1);
		write();
		this.redis.answer("zrem asgi:node:n1:groups", REFUSED);
		leave(ROOM, C1);
		write();
		this.redis.answer("zrem asgi:node:n1:groups", 1L);
		join(OTHER, C1);
		assertThat(write()).contains("zrem asgi:node:n1:groups asgi:members:room");
		leave(OTHER, C1);
		assertThat(write()).contains("zrem asgi:node:n1:groups asgi:members:other");
	}

	@Test
	void aGroupThatIsFilledAgainStaysInTheIndex() {
		beat();
		join(ROOM, C1);
		write();
		this.redis.answer("zrem asgi:node:n1:groups", REFUSED);
		leave(ROOM, C1);
		write();
		this.redis.answer("zrem asgi:node:n1:groups", 1L);
		join(ROOM, C2);
		assertThat(write()).contains("zadd asgi:node:n1:groups asgi:members:room=5000")
			.noneMatch((command) -> command.startsWith("zrem"));
	}

	@Test
	void aJoinWaitsForItsOwnBatchOnly() {
		beat();
		IntStream.range(0, 10_000).forEach((i) -> join(ROOM, ChannelName.of("specific.n1!" + i)));
		write();
		this.registry.restore();
		CompletableFuture<Long> reply = new CompletableFuture<>();
		CompletableFuture<Void> joined = join(OTHER, C2);
		this.redis.answer("zadd asgi:members:room", reply);
		CompletableFuture<Void> writing = CompletableFuture.runAsync(this.executor::runAll);
		Eventually.until(joined::isDone);
		assertThat(writing).isNotDone();
		reply.complete(1L);
		assertThat(writing).succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void renewalsHaveTheirTurnHoweverManyJoin() {
		beat();
		join(ROOM, C1);
		write();
		this.registry.restore();
		IntStream.range(0, 5000).forEach((i) -> join(OTHER, ChannelName.of("specific.n1!" + i)));
		List<String> written = write();
		assertThat(written.indexOf("zadd asgi:members:room specific.n1!1=5000")).as("before the last joins")
			.isBetween(0, written.size() - 4);
	}

	@Test
	void joinsDoNotWaitForAHeartbeatThatIsRefused() {
		CompletableFuture<Void> early = join(ROOM, C1);
		assertThat(early).isNotDone();
		this.registry.refreshFailed(REFUSED);
		assertThat(early).isCompletedExceptionally();
		assertThat(join(ROOM, C2)).isCompletedExceptionally();
		beat();
		this.registry.refresh(true);
		assertThat(write()).contains("zadd asgi:members:room specific.n1!1=5000",
				"zadd asgi:members:room specific.n1!2=5000");
	}

	@Test
	void removalsOfTheLastMinuteAreRepeatedHoweverLongTheGapWas() {
		beat();
		join(ROOM, C1);
		join(OTHER, C1);
		write();
		leave(OTHER, C1);
		write();
		this.clock.advance(Duration.ofSeconds(61));
		leave(ROOM, C1);
		write();
		this.registry.refresh(true);
		this.clock.advance(Duration.ofHours(1));
		this.registry.refresh(false);
		this.registry.restore();
		assertThat(write()).contains("zrem asgi:members:room specific.n1!1")
			.doesNotContain("zrem asgi:members:other specific.n1!1");
	}

	@Test
	void anIndexThatIsNoSortedSetIsTold() {
		try (CapturedLog log = CapturedLog.of(RegistryWriter.class).at(Level.WARN)) {
			beat();
			this.redis.answer("zadd asgi:members:room", new RedisCommandExecutionException(
					"WRONGTYPE Operation against" + " a key holding the wrong kind of value"));
			join(ROOM, C1);
			write();
			assertThat(log.messages()).singleElement()
				.asString()
				.startsWith("Key asgi:members:room in Redis is not a sorted set, so who is in the group is not known to"
						+ " others (size(), members(..)). Delete the key, it is written again within a second");
		}
	}

	@Test
	void membersOfLivingConnectionsDoNotExpireHoweverShortTheExpiryIs() {
		this.registry = new GroupRegistry(this.redis, this.names, this.local, this.lease, "n1", Duration.ofMillis(500),
				this.executor);
		beat();
		join(ROOM, C1);
		assertThat(write()).contains("expire asgi:members:room 8");
	}

	@Test
	void closeRemovesAllMembersAndTheNode() {
		this.registry = registry(Runnable::run);
		beat();
		join(ROOM, C1);
		join(OTHER, C2);
		this.redis.received();
		this.local.clearGroups();
		this.registry.close();
		assertThat(this.redis.received()).containsExactlyInAnyOrder("zrem asgi:members:room specific.n1!1",
				"zrem asgi:members:other specific.n1!2",
				"zrem asgi:node:n1:groups asgi:members:room asgi:members:other", "zrem asgi:{nodes} n1");
	}

	@Test
	void closeSurvivesARedisThatIsGone() {
		this.registry = registry(Runnable::run);
		beat();
		join(ROOM, C1);
		this.redis.closed();
		this.local.clearGroups();
		this.registry.close();
	}

	@Test
	void aNodeWhoseMembersMayBeLeftIsLeftForOthers() {
		this.registry = registry(Runnable::run);
		beat();
		join(ROOM, C1);
		this.redis.received();
		this.redis.answer("zrem asgi:members:room", REFUSED);
		this.local.clearGroups();
		this.registry.close();
		assertThat(this.redis.received()).contains("zrem asgi:members:room specific.n1!1")
			.doesNotContain("zrem asgi:{nodes} n1");
	}

	@Test
	void nothingFailsAfterTheEndOfTheExecutor() {
		this.registry = registry((task) -> {
			throw new RejectedExecutionException("shut down");
		});
		beat();
		this.redis.received();
		assertThat(join(ROOM, C1)).isCompletedExceptionally();
		assertThat(join(ROOM, C2)).as("is not stuck in a write that never began").isCompletedExceptionally();
		this.registry.restore();
		this.registry.refresh(true);
		this.registry.clear();
		this.registry.close();
		assertThat(this.redis.received()).isEmpty();
	}

	private GroupRegistry registry(Executor executor) {
		return new GroupRegistry(this.sender, this.names, this.local, this.lease, "n1", EXPIRY, executor, this.clock);
	}

	private void beat() {
		beat(5000);
	}

	private void beat(long time) {
		this.redis.answer("HEARTBEAT", List.of(time, 1L, List.of(), 5000L));
		this.lease.beat();
		this.redis.received();
	}

	private CompletableFuture<Void> join(GroupName group, ChannelName channel) {
		this.local.join(group, channel);
		return changed(group, channel);
	}

	private void joinAndLeave(GroupName group, int number) {
		ChannelName channel = ChannelName.of("specific.n1!" + number);
		join(group, channel);
		write();
		leave(group, channel);
		write();
	}

	/**
	 * Return what some of these commands write.
	 */
	private static List<String> members(String begin, List<String> commands) {
		return commands.stream()
			.filter((command) -> command.startsWith(begin + " "))
			.flatMap((command) -> Stream.of(command.substring(begin.length() + 1).split(" ")))
			.toList();
	}

	private CompletableFuture<Void> leave(GroupName group, ChannelName channel) {
		this.local.leave(group, channel);
		return changed(group, channel);
	}

	private CompletableFuture<Void> changed(GroupName group, ChannelName channel) {
		CompletionStage<Void> stage = this.registry.changed(group, channel);
		return stage.toCompletableFuture();
	}

	private List<String> write() {
		this.executor.runAll();
		return this.redis.received();
	}

}
