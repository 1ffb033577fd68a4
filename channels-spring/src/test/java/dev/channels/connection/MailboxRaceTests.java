package dev.channels.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link Mailbox} with many threads at once.
 */
class MailboxRaceTests {

	private static final int ADDERS = 8;

	private static final int ENTRIES = 500;

	private final ExecutorService executor = Executors.newFixedThreadPool(8);

	private final ExecutorService completer = Executors.newFixedThreadPool(2);

	private final Mailbox mailbox = new Mailbox(this.executor, new RecordingTurns());

	private final AtomicInteger running = new AtomicInteger();

	private final AtomicBoolean overlapped = new AtomicBoolean();

	/**
	 * Changed without a lock: the mailbox has to publish what an entry wrote to the next.
	 */
	private final List<int[]> log = new ArrayList<>();

	@AfterEach
	void shutDown() {
		this.executor.shutdownNow();
		this.completer.shutdownNow();
	}

	@RepeatedTest(20)
	void runsOneEntryAtATimeAndLosesNone() throws Exception {
		this.mailbox.open();
		addFromThreads();
		CountDownLatch done = new CountDownLatch(1);
		this.mailbox.end(() -> {
			done.countDown();
			return null;
		});
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.overlapped).isFalse();
		assertThat(this.log).hasSize(ADDERS * ENTRIES);
		for (int adder = 0; adder < ADDERS; adder++) {
			int id = adder;
			assertThat(this.log.stream().filter((entry) -> entry[0] == id).map((entry) -> entry[1])).isSorted();
		}
	}

	@RepeatedTest(50)
	void runsTheLastEntryOnceHoweverManyThreadsEndIt() {
		AtomicInteger ends = new AtomicInteger();
		AtomicInteger handled = new AtomicInteger();
		AtomicInteger accepted = new AtomicInteger();
		AtomicBoolean afterTheEnd = new AtomicBoolean();
		CompletableFuture<?>[] threads = new CompletableFuture<?>[6];
		for (int i = 0; i < threads.length; i++) {
			boolean ender = i >= 4;
			threads[i] = CompletableFuture.runAsync(() -> {
				if (ender) {
					this.mailbox.end(() -> {
						ends.incrementAndGet();
						return null;
					});
					return;
				}
				this.mailbox.open();
				for (int j = 0; j < 50; j++) {
					boolean taken = this.mailbox.add(() -> {
						handled.incrementAndGet();
						if (ends.get() > 0) {
							afterTheEnd.set(true);
						}
						return null;
					});
					if (taken) {
						accepted.incrementAndGet();
					}
				}
			}, this.completer);
		}
		CompletableFuture.allOf(threads).orTimeout(10, TimeUnit.SECONDS).join();
		await().atMost(Duration.ofSeconds(10)).until(() -> ends.get() > 0);
		assertThat(handled).hasValue(accepted.get());
		assertThat(ends).hasValue(1);
		assertThat(afterTheEnd).isFalse();
	}

	private void addFromThreads() throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		for (int adder = 0; adder < ADDERS; adder++) {
			int id = adder;
			Thread thread = new Thread(() -> {
				for (int i = 0; i < ENTRIES; i++) {
					add(id, i);
				}
			});
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join(TimeUnit.SECONDS.toMillis(10));
		}
	}

	private void add(int adder, int number) {
		this.mailbox.add(() -> {
			if (this.running.incrementAndGet() > 1) {
				this.overlapped.set(true);
			}
			this.log.add(new int[] { adder, number });
			if (number % 7 == 0) {
				return CompletableFuture.runAsync(this.running::decrementAndGet, this.completer);
			}
			this.running.decrementAndGet();
			return null;
		});
	}

}
