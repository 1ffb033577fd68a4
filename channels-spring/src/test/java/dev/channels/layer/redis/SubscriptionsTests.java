package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import dev.channels.layer.FakeClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Subscriptions}: what is sent when, and when a join is done.
 */
class SubscriptionsTests {

	private static final Duration LINGER = Duration.ofMillis(5001);

	private static final Duration OVERDUE = Duration.ofMillis(2001);

	private final FakeClock clock = new FakeClock();

	private final Subscriptions subscriptions = new Subscriptions(this.clock);

	private final FakePubSub redis = new FakePubSub();

	@Test
	void subscribesAndIsReadyWhenRedisSaysSo() {
		connect();
		CompletableFuture<Void> ready = want("a");
		assertThat(this.redis.sent()).containsExactly("subscribe a");
		assertThat(ready).isNotDone();
		assertThat(this.subscriptions.areComplete()).isFalse();
		subscribed("a");
		assertThat(ready).isCompleted();
		assertThat(this.subscriptions.areComplete()).isTrue();
		assertThat(this.subscriptions.acknowledged()).containsExactly("a");
	}

	@Test
	void subscribesOnceHoweverManyWantIt() {
		connect();
		CompletableFuture<Void> first = want("a");
		CompletableFuture<Void> second = want("a");
		subscribed("a");
		assertThat(first).isCompleted();
		assertThat(second).isCompleted();
		assertThat(want("a")).isCompleted();
		assertThat(this.redis.sent()).containsExactly("subscribe a");
		assertThat(this.subscriptions.wanted()).isEqualTo(1);
	}

	@Test
	void whatIsWantedBeforeThereIsAConnectionIsSubscribedOnceThereIs() {
		CompletableFuture<Void> ready = want("a");
		this.subscriptions.check();
		connect();
		assertThat(this.redis.sent()).containsExactly("subscribe a");
		subscribed("a");
		assertThat(ready).isCompleted();
	}

	@Test
	void subscribesManyInBatches() {
		IntStream.range(0, 1001).forEach((i) -> want("c" + i));
		connect();
		assertThat(this.redis.sizes()).containsExactly(500, 500, 1);
	}

	@Test
	void whatNobodyWantsLingersAndIsThenUnsubscribed() {
		connect();
		want("a");
		subscribed("a");
		unwant("a");
		check(Duration.ofSeconds(5));
		assertThat(this.redis.sent()).containsExactly("subscribe a");
		check(Duration.ofMillis(1));
		assertThat(this.redis.sent()).containsExactly("subscribe a", "unsubscribe a");
		assertThat(unsubscribed("a")).as("was asked for").isFalse();
		assertThat(this.subscriptions.acknowledged()).isEmpty();
		check(LINGER);
		assertThat(this.redis.sent()).hasSize(2);
	}

	@Test
	void aPageReloadCostsNothing() {
		connect();
		want("a");
		subscribed("a");
		unwant("a");
		check(Duration.ofSeconds(1));
		assertThat(want("a")).isCompleted();
		check(LINGER);
		assertThat(this.redis.sent()).containsExactly("subscribe a");
	}

	@Test
	void whoJoinsAtTheMomentOfALeaveKeepsTheSubscription() {
		connect();
		want("a");
		subscribed("a");
		this.subscriptions.unwantUnless("a", () -> true);
		check(LINGER);
		assertThat(this.redis.sent()).containsExactly("subscribe a");
		this.subscriptions.unwantUnless("unknown", () -> false);
	}

	@Test
	void whatIsWantedAgainWhileItIsUnsubscribedIsSubscribedAfterwards() {
		connectLingered("a");
		CompletableFuture<Void> ready = want("a");
		assertThat(ready).isNotDone();
		assertThat(this.redis.sent()).endsWith("unsubscribe a");
		subscribed("a");
		assertThat(ready).as("a late word about the old subscription").isNotDone();
		assertThat(unsubscribed("a")).isFalse();
		assertThat(this.redis.sent()).endsWith("unsubscribe a", "subscribe a");
		subscribed("a");
		assertThat(ready).isCompleted();
	}

	@Test
	void whatIsNotAcknowledgedInTimeIsSentAgain() {
		connect();
		CompletableFuture<Void> ready = want("a");
		check(Duration.ofSeconds(2));
		assertThat(this.redis.sent()).containsExactly("subscribe a");
		check(Duration.ofMillis(1));
		assertThat(this.redis.sent()).containsExactly("subscribe a", "subscribe a");
		subscribed("a");
		subscribed("a");
		assertThat(ready).isCompleted();
		check(OVERDUE);
		assertThat(this.redis.sent()).hasSize(2);
	}

	@Test
	void anUnsubscriptionThatIsNotAcknowledgedInTimeIsSentAgain() {
		connectLingered("a");
		check(OVERDUE);
		assertThat(this.redis.sent()).containsExactly("subscribe a", "unsubscribe a", "unsubscribe a");
		unsubscribed("a");
		assertThat(unsubscribed("a")).as("the second answer").isFalse();
	}

	@Test
	void whoWantsItMeanwhileWaitsOn() {
		connectLingered("a");
		CompletableFuture<Void> ready = want("a");
		check(OVERDUE);
		unsubscribed("a");
		subscribed("a");
		assertThat(ready).isCompleted();
	}

	@Test
	void aNewConnectionGetsAllThatIsWanted() {
		connect();
		want("a");
		subscribed("a");
		CompletableFuture<Void> late = want("b");
		this.subscriptions.disconnected(this.redis);
		assertThat(this.subscriptions.areComplete()).isFalse();
		CompletableFuture<Void> again = want("a");
		assertThat(again).as("not there any more").isNotDone();
		FakePubSub other = new FakePubSub();
		this.subscriptions.connected(other);
		assertThat(other.sent()).containsExactlyInAnyOrder("subscribe a b");
		this.subscriptions.subscribed(other, "a");
		this.subscriptions.subscribed(other, "b");
		assertThat(again).isCompleted();
		assertThat(late).isCompleted();
		assertThat(this.subscriptions.areComplete()).isTrue();
	}

	@Test
	void whatAnOldConnectionSaysIsNotHeard() {
		connect();
		CompletableFuture<Void> ready = want("a");
		FakePubSub other = new FakePubSub();
		this.subscriptions.disconnected(this.redis);
		this.subscriptions.connected(other);
		subscribed("a");
		assertThat(ready).isNotDone();
		this.subscriptions.subscribed(other, "a");
		assertThat(unsubscribed("a")).isFalse();
		this.subscriptions.disconnected(this.redis);
		assertThat(this.subscriptions.acknowledged()).containsExactly("a");
	}

	@Test
	void nothingIsWantedFromAConnectionThatIsGone() {
		connect();
		this.subscriptions.disconnected(this.redis);
		want("a");
		check(OVERDUE);
		assertThat(this.redis.sent()).isEmpty();
	}

	@Test
	void whatTheClientRestoredAndNobodyWantsIsUnsubscribed() {
		connect();
		subscribed("forgotten");
		subscribed("too");
		this.subscriptions.check();
		assertThat(this.redis.sent()).containsExactly("unsubscribe forgotten too");
		assertThat(unsubscribed("forgotten")).isFalse();
		assertThat(unsubscribed("too")).isFalse();
		assertThat(this.subscriptions.acknowledged()).isEmpty();
	}

	@Test
	void whatTheClientRestoredAndSomebodyWantsAfterAllIsKept() {
		connect();
		subscribed("a");
		assertThat(want("a")).isCompleted();
		check(LINGER);
		assertThat(this.redis.sent()).isEmpty();
	}

	@Test
	void anUnsubscriptionByTheServerIsToldAndMadeUpForByTheNextCheck() {
		connect();
		want("a");
		subscribed("a");
		assertThat(unsubscribed("a")).isTrue();
		CompletableFuture<Void> ready = want("a");
		assertThat(ready).isNotDone();
		subscribed("a");
		assertThat(ready).isCompleted();
		assertThat(unsubscribed("a")).isTrue();
		this.subscriptions.check();
		assertThat(this.redis.sent()).hasSize(3).containsOnly("subscribe a");
	}

	@Test
	void theLossOfOneSubscriptionIsMadeUpForByTheNextCheck() {
		connect();
		want("a");
		want("b");
		subscribed("a");
		subscribed("b");
		this.subscriptions.lost("a");
		this.subscriptions.lost("unknown");
		assertThat(this.subscriptions.acknowledged()).containsExactly("b");
		this.subscriptions.check();
		assertThat(this.redis.sent()).containsExactly("subscribe a", "subscribe b", "subscribe a");
	}

	@Test
	void aJoinThatIsTakenBackWhileThereIsNoConnectionIsNotAwaitedForEver() {
		CompletableFuture<Void> ready = want("a");
		unwant("a");
		assertThat(ready).isCompleted();
		connect();
		assertThat(this.redis.sent()).isEmpty();
	}

	@Test
	void aJoinThatIsTakenBackBeforeTheConnectionIsLostIsNotAwaitedForEver() {
		connect();
		CompletableFuture<Void> ready = want("a");
		unwant("a");
		assertThat(ready).isNotDone();
		this.subscriptions.disconnected(this.redis);
		assertThat(ready).isCompleted();
	}

	@Test
	void aJoinThatIsTakenBackDuringTheUnsubscriptionIsNotAwaitedForEver() {
		connectLingered("a");
		CompletableFuture<Void> ready = want("a");
		unwant("a");
		unsubscribed("a");
		assertThat(ready).isCompleted();
	}

	@Test
	void aJoinThatIsTakenBackAfterALossIsNotAwaitedForEver() {
		connect();
		CompletableFuture<Void> ready = want("a");
		unwant("a");
		this.subscriptions.lost("a");
		this.subscriptions.check();
		assertThat(ready).isCompleted();
		assertThat(this.redis.sent()).containsExactly("subscribe a");
	}

	/**
	 * The client subscribes again to what was acknowledged, and to nothing else.
	 */
	@Test
	void whatTheClientRestoresIsNotSentASecondTime() {
		connect();
		want("a");
		want("b");
		subscribed("a");
		this.subscriptions.disconnected(this.redis);
		want("c");
		connect();
		assertThat(this.redis.sent()).containsExactly("subscribe a", "subscribe b", "subscribe b c");
		assertThat(this.subscriptions.areComplete()).isFalse();
		subscribed("a");
		subscribed("b");
		subscribed("c");
		assertThat(this.subscriptions.areComplete()).isTrue();
		check(OVERDUE);
		assertThat(this.redis.sent()).hasSize(3);
	}

	@Test
	void whatTheClientDoesNotRestoreIsSentAfterAWhile() {
		connect();
		want("a");
		subscribed("a");
		this.subscriptions.disconnected(this.redis);
		connect();
		check(OVERDUE);
		assertThat(this.redis.sent()).containsExactly("subscribe a", "subscribe a");
	}

	@Test
	void oneChannelThatIsRefusedDoesNotMakeOthersDeaf() {
		want("good");
		want("bad");
		want("fine");
		connect();
		this.subscriptions.refused(this.redis, List.of("good", "bad", "fine"));
		assertThat(this.redis.sent()).hasSize(4).contains("subscribe good", "subscribe bad", "subscribe fine");
		subscribed("good");
		subscribed("fine");
		assertThat(this.subscriptions.areComplete()).isFalse();
		this.subscriptions.refused(this.redis, List.of("bad"));
		assertThat(this.subscriptions.areComplete()).as("does not hold a gap open").isTrue();
		assertThat(this.subscriptions.wanted()).isEqualTo(3);
		check(Duration.ofSeconds(10));
		assertThat(this.redis.sent()).hasSize(4);
		check(Duration.ofMillis(1));
		assertThat(this.redis.sent()).hasSize(5).last().isEqualTo("subscribe bad");
		assertThat(this.subscriptions.areComplete()).isTrue();
	}

	@Test
	void aChannelThatIsAllowedLaterIsThereLater() {
		connect();
		CompletableFuture<Void> ready = want("a");
		this.subscriptions.refused(this.redis, List.of("a"));
		check(Duration.ofMillis(10_001));
		assertThat(ready).isNotDone();
		subscribed("a");
		assertThat(ready).isCompleted();
		this.subscriptions.disconnected(this.redis);
		assertThat(this.subscriptions.areComplete()).as("one like all others").isFalse();
	}

	@Test
	void aChannelThatIsRefusedDoesNotSpoilTheBatchOfANewConnection() {
		connect();
		want("bad");
		this.subscriptions.refused(this.redis, List.of("bad"));
		want("a");
		want("b");
		this.subscriptions.disconnected(this.redis);
		FakePubSub other = new FakePubSub();
		this.subscriptions.connected(other);
		assertThat(other.sent()).containsExactly("subscribe a b");
	}

	@Test
	void aChannelThatIsRefusedAndNobodyWantsIsForgotten() {
		connect();
		CompletableFuture<Void> ready = want("a");
		this.subscriptions.refused(this.redis, List.of("a"));
		unwant("a");
		assertThat(ready).isCompleted();
		CompletableFuture<Void> other = want("b");
		unwant("b");
		this.subscriptions.refused(this.redis, List.of("b", "unknown"));
		assertThat(other).isCompleted();
		check(Duration.ofMillis(10_001));
		assertThat(this.redis.sent()).containsExactly("subscribe a", "subscribe b");
		assertThat(this.subscriptions.wanted()).isZero();
	}

	@Test
	void whatNobodyWillWantAgainDoesNotLinger() {
		connect();
		want("a");
		want("b");
		subscribed("a");
		this.subscriptions.unwant("a");
		this.subscriptions.unwant("b");
		this.subscriptions.unwant("unknown");
		this.subscriptions.check();
		assertThat(this.redis.sent()).endsWith("unsubscribe a");
		subscribed("b");
		this.subscriptions.check();
		assertThat(this.redis.sent()).endsWith("unsubscribe a", "unsubscribe b");
	}

	@Test
	void unsubscribesManyInBatches() {
		connect();
		List<String> channels = IntStream.range(0, 1001).mapToObj((i) -> "c" + i).toList();
		channels.forEach(this::want);
		channels.forEach(this::subscribed);
		channels.forEach(this::unwant);
		check(LINGER);
		assertThat(this.redis.sizes()).hasSize(1004).endsWith(500, 500, 1);
	}

	@Test
	void whatNobodyIsThereToTakeIsSentAgainAfterAWhileOrWhenSomebodyIs() {
		connect();
		want("a");
		this.subscriptions.notSent(List.of("a", "unknown"));
		check(Duration.ofMillis(250));
		assertThat(this.redis.sent()).hasSize(1);
		check(Duration.ofMillis(1));
		assertThat(this.redis.sent()).hasSize(2);
		this.subscriptions.notSent(List.of("a"));
		this.subscriptions.retry();
		this.subscriptions.check();
		assertThat(this.redis.sent()).hasSize(3);
		this.subscriptions.notSent(List.of("a"));
		CompletableFuture<Void> ready = want("a");
		unwant("a");
		assertThat(ready).isCompleted();
	}

	@Test
	void sendsNoMoreThanThereIsRoomFor() {
		IntStream.range(0, 10).forEach((i) -> want("c" + i));
		this.redis.window(4);
		connect();
		assertThat(this.redis.sizes()).containsExactly(4);
		subscribed("c0");
		assertThat(this.redis.sizes()).containsExactly(4);
		subscribed("c1");
		assertThat(this.redis.sizes()).as("half of it is through").containsExactly(4, 2);
		this.subscriptions.check();
		assertThat(this.redis.sizes()).containsExactly(4, 2);
		IntStream.range(2, 10).forEach((i) -> subscribed("c" + i));
		assertThat(this.subscriptions.areComplete()).isTrue();
		assertThat(this.redis.sizes().stream().mapToInt((size) -> size).sum()).isEqualTo(10);
	}

	/**
	 * This is done four times a second, and fifty times during a gap.
	 */
	@Test
	void aCheckDoesNotLookAtWhatIsNotDue() {
		connect();
		IntStream.range(0, 100_000).forEach((i) -> {
			want("c" + i);
			subscribed("c" + i);
		});
		long begin = System.nanoTime();
		for (int i = 0; i < 1000; i++) {
			check(Duration.ofMillis(20));
			assertThat(this.subscriptions.areComplete()).isTrue();
		}
		// 2.4 s and more if each looks at everything
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(500));
		assertThat(this.subscriptions.wanted()).isEqualTo(100_000);
	}

	private void connect() {
		this.subscriptions.connected(this.redis);
	}

	private void connectLingered(String channel) {
		connect();
		want(channel);
		subscribed(channel);
		unwant(channel);
		check(LINGER);
	}

	private CompletableFuture<Void> want(String channel) {
		CompletionStage<Void> stage = this.subscriptions.want(channel);
		return stage.toCompletableFuture();
	}

	private void unwant(String channel) {
		this.subscriptions.unwantUnless(channel, () -> false);
	}

	private void check(Duration later) {
		this.clock.advance(later);
		this.subscriptions.check();
	}

	private void subscribed(String channel) {
		this.subscriptions.subscribed(this.redis, channel);
	}

	private boolean unsubscribed(String channel) {
		return this.subscriptions.unsubscribed(this.redis, channel);
	}

	/**
	 * Remembers what is sent.
	 */
	private static final class FakePubSub implements Subscriptions.PubSub {

		private final List<List<String>> commands = new ArrayList<>();

		private int window = Integer.MAX_VALUE;

		void window(int window) {
			this.window = window;
		}

		@Override
		public int window() {
			return this.window;
		}

		@Override
		public void subscribe(List<String> channels) {
			send("subscribe", channels);
		}

		@Override
		public void unsubscribe(List<String> channels) {
			send("unsubscribe", channels);
		}

		private void send(String command, List<String> channels) {
			List<String> words = new ArrayList<>(List.of(command));
			words.addAll(channels);
			this.commands.add(words);
		}

		List<String> sent() {
			return this.commands.stream().map((words) -> String.join(" ", words)).toList();
		}

		List<Integer> sizes() {
			return this.commands.stream().map((words) -> words.size() - 1).toList();
		}

	}

}
