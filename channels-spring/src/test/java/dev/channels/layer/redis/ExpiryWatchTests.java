package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.ManualTimer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ExpiryWatch}: when it looks for what has expired, and when it forgets a
 * channel.
 */
class ExpiryWatchTests {

	private static final ChannelName JOBS = ChannelName.of("jobs");

	private final FakeRedis redis = new FakeRedis();

	private final EventStream stream = new EventStream(this.redis, new RedisNames("asgi"), JOBS, "n1");

	private final DropCounter drops = new DropCounter();

	private final ManualTimer timer = new ManualTimer();

	private final ExpiryWatch watch = new ExpiryWatch(Duration.ofMinutes(1), this.drops, this.timer);

	@Test
	void countsWhatNobodyReadsWhenItExpiresAndForgetsTheName() {
		this.redis.answer("STREAM_EXPIRE", List.of(2L, -1L));
		this.watch.sent(this.stream);
		this.watch.sent(this.stream);
		assertThat(this.timer.delays()).containsExactly(Duration.ofMillis(60_001));
		assertThat(this.redis.received()).isEmpty();
		this.timer.runNext();
		assertThat(this.redis.received()).containsExactly("STREAM_EXPIRE asgi:worker:{jobs} channels - 60000");
		assertThat(this.drops.total(DropReason.EXPIRED)).isEqualTo(2);
		assertThat(this.watch.watched()).isEmpty();
		assertThat(this.timer.waiting()).isZero();
	}

	@Test
	void looksAgainForWhatExpiresLater() {
		this.redis.answer("STREAM_EXPIRE", List.of(1L, 500L));
		this.watch.sent(this.stream);
		this.timer.runNext();
		assertThat(this.timer.delays()).last().isEqualTo(Duration.ofMillis(501));
		assertThat(this.watch.watched()).containsExactly(JOBS);
	}

	/**
	 * The event may come too late for a look that is under way.
	 */
	@Test
	void whatIsSentDuringALookIsWatched() {
		CompletableFuture<List<Long>> answer = new CompletableFuture<>();
		this.redis.answer("STREAM_EXPIRE", answer);
		this.watch.sent(this.stream);
		this.timer.runNext();
		this.watch.sent(this.stream);
		assertThat(this.timer.waiting()).isEqualTo(1);
		answer.complete(List.of(1L, -1L));
		assertThat(this.watch.watched()).containsExactly(JOBS);
		assertThat(this.timer.waiting()).isEqualTo(1);
	}

	@Test
	void looksAgainIfRedisIsAway() {
		this.redis.closed();
		this.watch.sent(this.stream);
		this.timer.runNext();
		assertThat(this.timer.delays()).last().isEqualTo(Duration.ofMillis(1001));
		this.redis.opened().answer("STREAM_EXPIRE", List.of(0L, -1L));
		this.timer.runNext();
		assertThat(this.watch.watched()).isEmpty();
		assertThat(this.drops.total(DropReason.EXPIRED)).isZero();
	}

	@Test
	void doesNothingIfNothingExpires() {
		ExpiryWatch never = new ExpiryWatch(Duration.ZERO, this.drops, this.timer);
		never.sent(this.stream);
		assertThat(never.isOn()).isFalse();
		assertThat(never.millis()).isZero();
		assertThat(this.timer.waiting()).isZero();
	}

	@Test
	void theShortestExpiryIsNotForEver() {
		assertThat(new ExpiryWatch(Duration.ofNanos(1), this.drops, this.timer).millis()).isEqualTo(1);
	}

	@Test
	void survivesATimerThatWasShutDown() {
		this.timer.refuse();
		this.watch.sent(this.stream);
		assertThat(this.redis.received()).isEmpty();
	}

}
