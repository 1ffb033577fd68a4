package dev.channels.websocket;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.connection.ConnectionExecutors;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class VirtualThreadsTests {

	@Test
	void threadsOfThePlatformMayNotWait() {
		assertThat(VirtualThreads.mayWait()).isFalse();
	}

	@Test
	void virtualThreadsMayWaitWhereTheyPinNoOther() throws Exception {
		// virtual from 24 on
		try (ConnectionExecutors executors = new ConnectionExecutors(null, 4, 4)) {
			CompletableFuture<Boolean> mayWait = CompletableFuture.supplyAsync(VirtualThreads::mayWait,
					executors.handlers());
			assertThat(mayWait.get(10, TimeUnit.SECONDS)).isEqualTo(Runtime.version().feature() >= 24);
		}
	}

}
