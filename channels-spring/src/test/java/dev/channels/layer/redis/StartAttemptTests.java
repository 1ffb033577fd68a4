package dev.channels.layer.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.channels.ChannelLayerException;
import dev.channels.layer.CapturedLog;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StartAttempt}.
 */
class StartAttemptTests {

	private final CapturedLog log = CapturedLog.of(StartAttempt.class);

	private final AtomicLong now = new AtomicLong(1);

	private final StartAttempt start = new StartAttempt("here:6379", this.now::get);

	@AfterEach
	void release() {
		this.log.close();
	}

	@Test
	void patienceComesFirst() {
		this.start.failed(new IOException("Connection refused"));
		assertThat(this.start.stage()).isNotCompleted();
		this.now.addAndGet(Duration.ofSeconds(4).toNanos());
		this.start.failed(new IOException("Connection refused"));
		assertThat(this.start.stage()).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ChannelLayerException.class)
			.withMessage("here:6379: Connection refused");
		assertThat(this.log.messages())
			.containsExactly("There is no connection to Redis at here:6379 yet (Connection refused). "
					+ "Clients can connect, sends fail and events reach nobody until there is one");
		this.start.failed(new IOException("Connection refused"));
		assertThat(this.log.messages()).hasSize(1);
	}

	@Test
	void whatRedisRefusedSaysMore() {
		this.start.failed(new RedisCommandExecutionException("NOAUTH Authentication required."));
		this.now.addAndGet(Duration.ofSeconds(4).toNanos());
		this.start.failed(new IOException("Connection closed"));
		assertThat(this.log.messages()).singleElement().asString().contains("(NOAUTH Authentication required.)");
	}

	@Test
	void afterTheStartNobodyIsTold() {
		this.start.succeeded();
		assertThat(this.start.stage()).isCompleted();
		this.now.addAndGet(Duration.ofSeconds(4).toNanos());
		this.start.failed(new IOException("Connection refused"));
		assertThat(this.log.messages()).isEmpty();
	}

}
