package dev.channels.connection;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of {@link ConnectionExecutors}.
 */
class ConnectionExecutorsTests {

	private static final int JAVA = Runtime.version().feature();

	@Test
	void hasPoolsOfPlatformThreads() {
		try (ConnectionExecutors executors = new ConnectionExecutors(false, 2, 3)) {
			assertDaemon(executors.handlers(), "channels-handler-");
			assertDaemon(executors.writers(), "channels-writer-");
			assertDaemon(executors.callbacks(), "channels-callback-");
			assertDaemon(executors.timer(), "channels-timer-");
		}
	}

	@Test
	void handlersThatAllWaitForAStageGoOn() {
		try (ConnectionExecutors executors = new ConnectionExecutors(false, 4, 3)) {
			CyclicBarrier allAreBusy = new CyclicBarrier(4);
			List<CompletableFuture<Void>> handlers = Stream.generate(() -> CompletableFuture.runAsync(() -> {
				meet(allAreBusy);
				CompletableFuture.runAsync(() -> {
				}, executors.callbacks()).join();
			}, executors.handlers())).limit(4).toList();
			assertThat(CompletableFuture.allOf(handlers.toArray(CompletableFuture<?>[]::new)))
				.succeedsWithin(Duration.ofSeconds(5));
		}
	}

	@Test
	void callbacksThatBlockDelayNoOthers() {
		try (ConnectionExecutors executors = new ConnectionExecutors(false, 4, 3)) {
			CountDownLatch goOn = new CountDownLatch(1);
			List<CompletableFuture<Void>> blocked = Stream
				.generate(() -> CompletableFuture.runAsync(() -> await(goOn), executors.callbacks()))
				.limit(600)
				.toList();
			assertThat(CompletableFuture.runAsync(() -> {
			}, executors.callbacks())).succeedsWithin(Duration.ofSeconds(5));
			goOn.countDown();
			assertThat(CompletableFuture.allOf(blocked.toArray(CompletableFuture<?>[]::new)))
				.succeedsWithin(Duration.ofSeconds(5));
		}
	}

	@Test
	void allRunOnVirtualThreadsFromJava24On() {
		try (ConnectionExecutors executors = new ConnectionExecutors(null, 2, 3)) {
			assertThread(executors.handlers(), "channels-handler-", JAVA >= 24);
			assertThread(executors.writers(), "channels-writer-", JAVA >= 24);
			assertThread(executors.callbacks(), "channels-callback-", JAVA >= 24);
		}
	}

	@ParameterizedTest
	@MethodSource("kindsOfThreads")
	void whatHandlersWaitForNeedsNoCarrierThatTheyPin(boolean virtual) {
		try (ConnectionExecutors executors = new ConnectionExecutors(virtual, 2, 3)) {
			assertThread(executors.handlers(), "channels-handler-", virtual);
			assertThread(executors.callbacks(), "channels-callback-", virtual && JAVA >= 24);
		}
	}

	private static void assertThread(Executor executor, String name, boolean virtual) {
		Thread thread = threadOf(executor);
		assertThat(thread.getName()).startsWith(name);
		assertThat(thread.toString().startsWith("VirtualThread")).isEqualTo(virtual);
	}

	static List<Boolean> kindsOfThreads() {
		return (JAVA >= 21) ? List.of(true, false) : List.of(false);
	}

	@ParameterizedTest
	@MethodSource("kindsOfThreads")
	void turnsInheritNothingFromWhoStartsThem(boolean virtual) {
		InheritableThreadLocal<String> identity = new InheritableThreadLocal<>();
		ClassLoader own = new ClassLoader(getClass().getClassLoader()) {
		};
		Thread current = Thread.currentThread();
		ClassLoader before = current.getContextClassLoader();
		identity.set("admin");
		current.setContextClassLoader(new ClassLoader(null) {
		});
		try (ConnectionExecutors executors = new ConnectionExecutors(virtual, 2, 3, TurnContext.of(own))) {
			for (Executor executor : List.of(executors.handlers(), executors.writers(), executors.callbacks())) {
				assertThat(valueOn(executor, identity::get)).isNull();
				assertThat(valueOn(executor, () -> Thread.currentThread().getContextClassLoader())).isSameAs(own);
			}
			assertThat(valueOn(executors.timer(), identity::get)).isNull();
			assertThat(valueOn(executors.timer(), () -> Thread.currentThread().getContextClassLoader()))
				.isSameAs(ConnectionExecutors.class.getClassLoader());
		}
		finally {
			current.setContextClassLoader(before);
			identity.remove();
		}
	}

	@Test
	void theClassLoaderIsSetForEachTurn() {
		ClassLoader own = getClass().getClassLoader();
		try (ConnectionExecutors executors = new ConnectionExecutors(false, 1, 1, TurnContext.of(own))) {
			executors.handlers().execute(() -> Thread.currentThread().setContextClassLoader(null));
			assertThat(valueOn(executors.handlers(), () -> Thread.currentThread().getContextClassLoader()))
				.isSameAs(own);
		}
	}

	private static <T> T valueOn(Executor executor, Supplier<T> value) {
		return CompletableFuture.supplyAsync(value, executor).orTimeout(10, TimeUnit.SECONDS).join();
	}

	@Test
	void virtualThreadsThatAreAskedForHaveToBeThere() {
		Throwable failure = catchThrowable(() -> new ConnectionExecutors(true, 2, 3).close());
		if (JAVA >= 21) {
			assertThat(failure).isNull();
		}
		else {
			assertThat(failure).isInstanceOf(UnsupportedOperationException.class);
		}
	}

	@Test
	void afterCloseNoTimeIsKeptButWhatIsLeftToDoIsDone() {
		ConnectionExecutors executors = new ConnectionExecutors(false, 2, 3);
		executors.close();
		executors.close();
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executors.timer().execute(() -> {
		}));
		assertDaemon(executors.handlers(), "channels-handler-");
		assertDaemon(executors.writers(), "channels-writer-");
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

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException | BrokenBarrierException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
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
