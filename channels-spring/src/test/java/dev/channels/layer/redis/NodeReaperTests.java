package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import dev.channels.connection.Eventually;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.FakeClock;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link NodeReaper}: what it asks of Redis. Node n2 is dead, the claim is taken
 * at 5000 ms.
 */
class NodeReaperTests {

	private static final String INDEX = "asgi:node:n2:groups";

	private static final String BOTH = "REAP_GROUPS asgi:members:room asgi:user:ab 5000 specific.n2!* 500 0 0";

	private static final String STRIKE = "REAP_INDEX " + INDEX + " 5000 1000";

	private static final RedisCommandExecutionException WRONGTYPE = new RedisCommandExecutionException(
			"WRONGTYPE Operation against a key holding the wrong kind of value");

	private final CapturedLog log = CapturedLog.of(NodeReaper.class).at(Level.WARN);

	private final FakeClock clock = new FakeClock();

	private final FakeRedis redis = new FakeRedis().answer("CLAIM_NODE", 5000L)
		.answer("REAP_INDEX", 2L)
		.answer("zcard " + INDEX, 0L)
		.answer("REMOVE_NODE", 1L);

	/** How long the listener needs. */
	private Duration pause = Duration.ZERO;

	private final List<String> removed = new ArrayList<>();

	private final RedisLayerListener listener = new RedisLayerListener() {

		@Override
		public void membersRemoved(String group, List<String> channelNames) {
			NodeReaperTests.this.clock.advance(NodeReaperTests.this.pause);
			channelNames.forEach((name) -> NodeReaperTests.this.removed.add(group + " " + name));
		}

	};

	private final NodeReaper reaper = new NodeReaper(this.redis, new RedisNames("asgi"), "n1", Runnable::run,
			this.listener, this.clock);

	@BeforeEach
	void members() {
		this.redis.answer(BOTH, List.of(reaped("0", "specific.n2!1"), reaped("0", "specific.n2!1")));
		this.redis.answer("zscan " + INDEX, page("0", "asgi:members:room", "asgi:user:ab"));
	}

	@AfterEach
	void release() {
		this.log.close();
	}

	@Test
	void removesMembersThenTheIndexThenTheNode() {
		this.reaper.reap("n2");
		List<String> commands = this.redis.received();
		assertThat(commands).containsExactly("CLAIM_NODE asgi:{nodes} asgi:{nodes}:claim:n2 n2 n1 10000",
				"zscan " + INDEX + " 0 COUNT 2000", BOTH, STRIKE, "zcard " + INDEX,
				"REMOVE_NODE asgi:{nodes} asgi:{nodes}:claim:n2 n2 n1");
		assertThat(this.removed).as("users are nobody's business").containsExactly("room specific.n2!1");
		assertThat(this.log.messages())
			.containsExactly("Node n2 is gone without a word: removed 2 memberships of its connections");
	}

	@Test
	void looksAtManyGroupsInOneCall() {
		this.redis.answer("zscan " + INDEX, page("0", groups(1000)))
			.answer("REAP_GROUPS", Collections.nCopies(25, reaped("0", "specific.n2!1")));
		this.reaper.reap("n2");
		assertThat(this.redis.received()).as("one for 25 groups and a few").hasSize(45);
		assertThat(this.removed).hasSize(1000).contains("g0 specific.n2!1", "g999 specific.n2!1");
	}

	@Test
	void strikesALongIndexInParts() {
		CompletableFuture<Object> first = CompletableFuture.completedFuture(1000L);
		this.redis.answer("REAP_INDEX", first);
		CompletableFuture<Void> reaping = CompletableFuture.runAsync(() -> this.reaper.reap("n2"));
		Eventually.until(() -> this.redis.hasReceived(STRIKE));
		this.redis.answer("REAP_INDEX", 999L);
		assertThat(reaping).succeedsWithin(Duration.ofSeconds(10));
		assertThat(this.redis.received()).endsWith("REMOVE_NODE asgi:{nodes} asgi:{nodes}:claim:n2 n2 n1");
	}

	@Test
	void inAClusterEachGroupHasItsSlot() {
		this.redis.inCluster()
			.answer("zscan " + INDEX, page("0", groups(1000)))
			.answer("REAP_GROUPS", List.of(reaped("0", "specific.n2!1")));
		this.reaper.reap("n2");
		assertThat(this.redis.received()).as("one for each group and a few").hasSize(1005);
		assertThat(this.removed).hasSize(1000);
	}

	@Test
	void asksForTheNextGroupsBeforeTheFirstAreDone() {
		CompletableFuture<Object> reply = new CompletableFuture<>();
		this.redis.answer("zscan " + INDEX, page("0", groups(26)))
			.answer("REAP_GROUPS asgi:members:g0", reply)
			.answer("REAP_GROUPS asgi:members:g25", List.of(reaped("0", "specific.n2!26")));
		CompletableFuture<Void> reaping = CompletableFuture.runAsync(() -> this.reaper.reap("n2"));
		Eventually.until(() -> this.redis.hasReceived("REAP_GROUPS asgi:members:g25 5000 specific.n2!* 500 0"));
		reply.complete(Collections.nCopies(25, reaped("0", "specific.n2!1")));
		assertThat(reaping).succeedsWithin(Duration.ofSeconds(10));
		assertThat(this.removed).hasSize(26);
	}

	@Test
	void readsLargeGroupsPageByPage() {
		twoPages();
		this.reaper.reap("n2");
		assertThat(this.redis.received()).containsSubsequence(BOTH,
				"REAP_GROUPS asgi:members:room 5000 specific.n2!* 500 7", STRIKE);
		assertThat(this.removed).containsExactly("room specific.n2!1", "room specific.n2!2");
	}

	@Test
	void keepsItsClaimWhileItTakesLong() {
		twoPages();
		this.pause = Duration.ofSeconds(3);
		this.reaper.reap("n2");
		assertThat(this.redis.received().stream().filter((command) -> command.startsWith("CLAIM_NODE")))
			.hasSizeGreaterThan(1);
	}

	@Test
	void whatIsUnderWayWhenTheClaimIsLostIsToldOf() {
		this.redis.answer("zscan " + INDEX, page("0", groups(50)))
			.answer("REAP_GROUPS", Collections.nCopies(25, reaped("0", "specific.n2!1")));
		NodeReaper reaper = new NodeReaper(this.redis, new RedisNames("asgi"), "n1", Runnable::run,
				new RedisLayerListener() {
					@Override
					public void membersRemoved(String group, List<String> channelNames) {
						NodeReaperTests.this.removed.add(group);
						NodeReaperTests.this.clock.advance(Duration.ofSeconds(1));
						NodeReaperTests.this.redis.answer("CLAIM_NODE", 0L);
					}
				}, this.clock);
		reaper.reap("n2");
		assertThat(this.removed).hasSize(50);
		assertThat(this.redis.received()).noneMatch((command) -> command.startsWith("REAP_INDEX"));
	}

	private void twoPages() {
		this.redis.answer(BOTH, List.of(reaped("7", "specific.n2!1"), reaped("0")))
			.answer("REAP_GROUPS asgi:members:room 5000 specific.n2!* 500 7", List.of(reaped("0", "specific.n2!2")));
	}

	@Test
	void leavesANodeThatLivesOrIsAnothers() {
		this.redis.answer("CLAIM_NODE", 0L);
		this.reaper.reap("n2");
		assertThat(this.redis.received()).hasSize(1);
	}

	@Test
	void stopsWhenTheNodeIsBack() {
		this.redis.answer("zcard " + INDEX, 1L);
		this.reaper.reap("n2");
		assertThat(this.redis.received()).noneMatch((command) -> command.startsWith("REMOVE_NODE"));
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void aGroupThatCannotBeRemovedDelaysNoOtherAndKeepsTheNode() {
		this.redis.answer(BOTH, List.of(reaped("", WRONGTYPE.getMessage()), reaped("0", "specific.n2!1")));
		this.reaper.reap("n2");
		assertThat(this.redis.received()).contains(STRIKE + " asgi:members:room")
			.noneMatch((command) -> command.startsWith("REMOVE_NODE"));
		assertThat(this.log.messages()).containsExactly("Node n2 is gone without a word, and its members cannot be"
				+ " removed: key asgi:members:room in Redis is not a sorted set, delete it."
				+ " This is tried again each minute");
	}

	@Test
	void aGroupThatRedisRefusesDelaysNoOther() {
		RedisCommandExecutionException refusal = new RedisCommandExecutionException("NOPERM no access to a key");
		this.redis.answer(BOTH, refusal)
			.answer("REAP_GROUPS asgi:members:room 5000", refusal)
			.answer("REAP_GROUPS asgi:user:ab 5000", List.of(reaped("0", "specific.n2!1")));
		this.reaper.reap("n2");
		assertThat(this.redis.received()).contains("REAP_GROUPS asgi:user:ab 5000 specific.n2!* 500 0")
			.contains(STRIKE + " asgi:members:room")
			.noneMatch((command) -> command.startsWith("REMOVE_NODE"));
		assertThat(this.log.messages()).singleElement()
			.asString()
			.contains("key asgi:members:room: NOPERM no access to a key");
	}

	@Test
	void anIndexThatIsNoSortedSetIsToldAndNotTriedAgainForAMinute() {
		this.redis.answer("zscan " + INDEX, WRONGTYPE);
		this.reaper.reap("n2");
		assertThat(this.log.messages()).singleElement()
			.asString()
			.contains("key " + INDEX + " in Redis is not a sorted set, delete it. This is tried again each minute");
		this.redis.received();
		this.clock.advance(Duration.ofSeconds(59));
		this.reaper.reap("n2");
		assertThat(this.redis.received()).isEmpty();
		this.clock.advance(Duration.ofSeconds(1));
		this.reaper.reap("n2");
		assertThat(this.redis.received()).isNotEmpty();
	}

	@Test
	void anOutageIsNoReasonForAPause() {
		this.redis.answer("zscan " + INDEX, new IllegalStateException("expected by the test"));
		this.reaper.reap("n2");
		assertThat(this.log.messages()).isEmpty();
		this.redis.received();
		this.reaper.reap("n2");
		assertThat(this.redis.received()).isNotEmpty();
	}

	@Test
	void aListenerThatThrowsKeepsNobodyFromBeingRemoved() {
		NodeReaper reaper = new NodeReaper(this.redis, new RedisNames("asgi"), "n1", Runnable::run,
				new RedisLayerListener() {
					@Override
					public void membersRemoved(String group, List<String> channelNames) {
						throw new IllegalStateException("expected by the test");
					}
				}, this.clock);
		reaper.reap("n2");
		assertThat(this.redis.received()).last().asString().startsWith("REMOVE_NODE");
	}

	private static String[] groups(int number) {
		return IntStream.range(0, number).mapToObj((i) -> "asgi:members:g" + i).toArray(String[]::new);
	}

	private static List<Object> reaped(String cursor, String... members) {
		return List.of(Script.bytes(cursor), Stream.of(members).map(Script::bytes).toList());
	}

	private static ScoredValueScanCursor<byte[]> page(String cursor, String... values) {
		ScoredValueScanCursor<byte[]> page = new ScoredValueScanCursor<>();
		page.setCursor(cursor);
		page.setFinished(cursor.equals("0"));
		Stream.of(values).forEach((value) -> page.getValues().add(ScoredValue.just(1, Script.bytes(value))));
		return page;
	}

}
