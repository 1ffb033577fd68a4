package dev.channels.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ConnectionExecutors}.
 */
class ConnectionExecutorsTests {

	@Test
	void hasPoolsOfPlatformThreads() {
		try (ConnectionExecutors executors = new ConnectionExecutors(false, 2, 3)) {
			assertThat(executors.handlers()).isInstanceOf(ElasticExecutor.class);
			assertThat(executors.writers()).isInstanceOf(ElasticExecutor.class);
			assertDaemon(executors.handlers(), "channels-handler-");
			assertDaemon(executors.writers(), "channels-writer-");
			assertDaemon(executors.timer(), "channels-timer-");
		}
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void hasPoolsWhereThereAreNoVirtualThreads() {
		try (ConnectionExecutors executors = new ConnectionExecutors(null, 2, 3)) {
			assertThat(executors.handlers()).isInstanceOf(ElasticExecutor.class);
			assertThat(executors.writers()).isInstanceOf(ElasticExecutor.class);
		}
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void refusesVirtualThreadsWhereThereAreNone() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> new ConnectionExecutors(true, 2, 3));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void handlersRunOnVirtualThreads() {
		try (ConnectionExecutors executors = new ConnectionExecutors(null, 2, 3)) {
			Thread thread = threadOf(executors.handlers());
			assertThat(thread.toString()).startsWith("VirtualThread");
			assertThat(thread.getName()).startsWith("channels-handler-");
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_24)
	void writersRunOnVirtualThreads() {
		try (ConnectionExecutors executors = new ConnectionExecutors(null, 2, 3)) {
			assertThat(threadOf(executors.writers()).toString()).startsWith("VirtualThread");
		}
	}

	@Test
	void takesNothingAfterClose() {
		ConnectionExecutors executors = new ConnectionExecutors(false, 2, 3);
		executors.close();
		executors.close();
		for (Executor executor : new Executor[] { executors.handlers(), executors.writers(), executors.timer() }) {
			assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(() -> {
			}));
		}
	}

	@Test
	void deadlinesThatAreCancelledLeaveTheTimer() {
		try (ConnectionExecutors executors = new ConnectionExecutors(false, 2, 3)) {
			ScheduledThreadPoolExecutor timer = (ScheduledThreadPoolExecutor) executors.timer();
			ScheduledFuture<?> deadline = timer.schedule(() -> {
			}, 1, TimeUnit.HOURS);
			assertThat(timer.getQueue()).contains((Runnable) deadline);
			deadline.cancel(false);
			assertThat(timer.getQueue()).doesNotContain((Runnable) deadline);
		}
	}

	private static void assertDaemon(Executor executor, String prefix) {
		Thread thread = threadOf(executor);
		assertThat(thread.getName()).startsWith(prefix);
		assertThat(thread.isDaemon()).isTrue();
	}

	private static Thread threadOf(Executor executor) {
		return CompletableFuture.supplyAsync(Thread::currentThread, executor).orTimeout(10, TimeUnit.SECONDS).join();
	}

}
