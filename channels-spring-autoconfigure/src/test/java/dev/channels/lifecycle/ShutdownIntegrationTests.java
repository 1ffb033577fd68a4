package dev.channels.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The shutdown of a node on which nothing wants to end.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShutdownIntegrationTests {

	private static final AtomicInteger stuck = new AtomicInteger();

	private static volatile CountDownLatch release = new CountDownLatch(1);

	@BeforeEach
	void begin() {
		stuck.set(0);
		release = new CountDownLatch(1);
	}

	@AfterEach
	void end() {
		release.countDown();
	}

	@Test
	void connectionsAndWorkersHaveOneDeadline(CapturedOutput output) throws Exception {
		assertThat(shutdown("channels.shutdown-timeout=2s")).isBetween(Duration.ofMillis(1900),
				Duration.ofMillis(3500));
		assertThat(output).contains("Connections did not end within PT2S", "Workers did not stop within PT2S");
	}

	@Test
	void aPhaseOfTheShutdownIsNotExceeded(CapturedOutput output) throws Exception {
		assertThat(shutdown("spring.lifecycle.timeout-per-shutdown-phase=2s")).isBetween(Duration.ofMillis(1700),
				Duration.ofMillis(3500));
		assertThat(output).contains("Connections did not end within PT1.8S", "Workers did not stop within PT1.8S")
			.doesNotContain("Shutdown phase");
	}

	private static Duration shutdown(String property) throws Exception {
		TestServer server = TestServer.with(StuckConnection.class, StuckWorker.class)
			.route("/ws", "stuck")
			.worker("jobs", "stuck-worker")
			.property(property)
			.start();
		try (RawClient client = RawClient.open(server, "/ws")) {
			client.send("stay");
			server.channels().channel("jobs").send(Event.of("stay"));
			await().until(() -> stuck.get() == 2);
			long before = System.nanoTime();
			server.close();
			return Duration.ofNanos(System.nanoTime() - before);
		}
		finally {
			server.close();
		}
	}

	private static void stay() {
		stuck.incrementAndGet();
		boolean released = false;
		while (!released) {
			try {
				released = release.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				// what is really stuck does not hear
			}
		}
	}

	@Consumer("stuck")
	static class StuckConnection {

		@OnReceive
		void receive(String text) {
			stay();
		}

	}

	@Consumer("stuck-worker")
	static class StuckWorker {

		@OnEvent("stay")
		void handle() {
			stay();
		}

	}

}
