package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import dev.channels.connection.ManualExecutor;
import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link CallbackListener}.
 */
class CallbackListenerTests {

	private final ManualExecutor executor = new ManualExecutor();

	@Test
	void tellsWhereTheListenerMayBlock() {
		List<Object> told = new ArrayList<>();
		RedisLayerListener listener = new CallbackListener(new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				told.add(duration);
			}

			@Override
			public void membersRemoved(String group, List<String> channelNames) {
				told.add(group + channelNames);
			}
		}, new Callbacks(this.executor));
		listener.gapEnded(Duration.ofSeconds(1));
		listener.membersRemoved("room", List.of("a"));
		assertThat(told).isEmpty();
		this.executor.runAll();
		assertThat(told).containsExactly(Duration.ofSeconds(1), "room[a]");
	}

	@Test
	void aListenerThatFailsIsToldOf() {
		RedisLayerListener listener = new CallbackListener(new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				throw new IllegalStateException("planted");
			}
		}, new Callbacks(this.executor));
		try (CapturedLog log = CapturedLog.of(CallbackListener.class).at(Level.ERROR)) {
			listener.gapEnded(Duration.ofSeconds(1));
			this.executor.runAll();
			assertThat(log.messages()).containsExactly("A RedisLayerListener has failed");
		}
	}

	@Test
	void removalsAreToldOneAfterTheOther() {
		List<String> told = new ArrayList<>();
		RedisLayerListener listener = new CallbackListener(new RedisLayerListener() {
			@Override
			public void membersRemoved(String group, List<String> channelNames) {
				told.add(group);
				if (group.equals("a")) {
					throw new IllegalStateException("planted");
				}
			}
		}, new Callbacks(this.executor));
		listener.membersRemoved("a", List.of());
		listener.membersRemoved("b", List.of());
		assertThat(this.executor.waiting()).as("tasks").isEqualTo(1);
		this.executor.runAll();
		listener.membersRemoved("c", List.of());
		this.executor.runAll();
		assertThat(told).containsExactly("a", "b", "c");
	}

	@Test
	void removalsOfManyThreadsAreAllTold() {
		int threads = 8;
		int each = 2000;
		AtomicInteger told = new AtomicInteger();
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		ExecutorService pool = Executors.newFixedThreadPool(2 * threads);
		try {
			RedisLayerListener listener = new CallbackListener(new RedisLayerListener() {
				@Override
				public void membersRemoved(String group, List<String> channelNames) {
					most.accumulateAndGet(inside.incrementAndGet(), Math::max);
					told.incrementAndGet();
					inside.decrementAndGet();
				}
			}, new Callbacks(pool));
			for (int i = 0; i < threads; i++) {
				pool.execute(() -> {
					for (int n = 0; n < each; n++) {
						listener.membersRemoved("room", List.of());
					}
				});
			}
			await().atMost(10, TimeUnit.SECONDS).until(() -> told.get() == threads * each);
			assertThat(most).hasValue(1);
		}
		finally {
			pool.shutdownNow();
		}
	}

}
