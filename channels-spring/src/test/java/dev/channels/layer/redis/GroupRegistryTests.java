package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

import dev.channels.ChannelLayerException;
import dev.channels.connection.Eventually;
import dev.channels.connection.ManualExecutor;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link GroupRegistry}: what is written when. Redis says that it is 5000 ms.
 */
class GroupRegistryTests {

	private static final GroupName ROOM = GroupName.of("room");

	private static final GroupName OTHER = GroupName.of("other");

	private static final ChannelName C1 = ChannelName.of("specific.n1!1");

	private static final ChannelName C2 = ChannelName.of("specific.n1!2");

	private static final Duration EXPIRY = Duration.ofDays(1);

	private final FakeRedis redis = new FakeRedis();

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
		assertThat(this.redis.received()).containsExactly("sadd asgi:node:n1:groups asgi:members:room",
				"zadd asgi:members:room specific.n1!1=5000", "expire asgi:members:room 86400");
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
				"srem asgi:node:n1:groups asgi:members:room");
	}

	@Test
	void writesManyAtOnce() {
		beat();
		join(ROOM, C1);
		join(ROOM, C2);
		join(OTHER, C1);
		assertThat(this.executor.waiting()).as("one task").isEqualTo(1);
		assertThat(write()).containsExactly("sadd asgi:node:n1:groups asgi:members:room asgi:members:other",
				"zadd asgi:members:room specific.n1!1=5000 specific.n1!2=5000", "expire asgi:members:room 86400",
				"zadd asgi:members:other specific.n1!1=5000", "expire asgi:members:other 86400");
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
		this.redis.answer("zadd", reply);
		join(ROOM, C2);
		CompletableFuture<Void> writing = CompletableFuture.runAsync(this.executor::runAll);
		Eventually.until(() -> this.redis.hasReceived("expire asgi:members:room 86400"));
		this.registry.restore();
		reply.complete(1L);
		assertThat(writing).succeedsWithin(Duration.ofSeconds(10));
		assertThat(write()).contains("sadd asgi:node:n1:groups asgi:members:room");
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
		this.redis.answer("zadd", reply);
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
				"srem asgi:node:n1:groups asgi:members:room");
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
		this.registry.refresh();
		assertThat(write()).hasSize(3);
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
		this.registry.refresh();
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
		List<String> written = write();
		assertThat(written).contains("zadd asgi:members:room specific.n1!1=5000",
				"zadd asgi:members:other specific.n1!2=5000");
		assertThat(other).isCompleted();
	}

	@Test
	void restoreWritesEverythingAgain() {
		beat();
		join(ROOM, C1);
		join(OTHER, C2);
		write();
		this.registry.restore();
		assertThat(write()).containsExactlyInAnyOrder("sadd asgi:node:n1:groups asgi:members:room asgi:members:other",
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
		assertThat(write()).as("the index as well").contains("sadd asgi:node:n1:groups asgi:members:room");
	}

	@Test
	void refreshWritesEachGroupLongBeforeItExpires() {
		beat();
		IntStream.range(0, 1200).forEach((i) -> join(GroupName.of("g" + i), C1));
		write();
		this.registry.refresh();
		long refreshed = write().stream().filter((command) -> command.startsWith("zadd")).count();
		assertThat(refreshed).as("in 600 rounds").isEqualTo(3);
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
				"srem asgi:node:n1:groups asgi:members:room asgi:members:other", "zrem asgi:{nodes} n1");
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
	void nothingFailsAfterTheEndOfTheExecutor() {
		this.registry = registry((task) -> {
			throw new RejectedExecutionException("shut down");
		});
		beat();
		this.redis.received();
		assertThat(join(ROOM, C1)).isCompletedExceptionally();
		assertThat(join(ROOM, C2)).as("is not stuck in a write that never began").isCompletedExceptionally();
		this.registry.restore();
		this.registry.refresh();
		this.registry.clear();
		this.registry.close();
		assertThat(this.redis.received()).isEmpty();
	}

	private GroupRegistry registry(Executor executor) {
		return new GroupRegistry(this.redis, this.names, this.local, this.lease, "n1", EXPIRY, executor);
	}

	private void beat() {
		this.redis.answer("HEARTBEAT", List.of(5000L, 1L, List.of()));
		this.lease.beat();
		this.redis.received();
	}

	private CompletableFuture<Void> join(GroupName group, ChannelName channel) {
		this.local.join(group, channel);
		return changed(group, channel);
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
