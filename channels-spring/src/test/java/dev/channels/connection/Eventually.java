package dev.channels.connection;

import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/**
 * Waits for what other threads do, ten seconds at most, and looks often.
 */
public final class Eventually {

	private Eventually() {
	}

	public static void until(Callable<Boolean> condition) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(10))
			.until(condition);
	}

	public static void untilAsserted(ThrowingRunnable assertion) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(assertion);
	}

}
