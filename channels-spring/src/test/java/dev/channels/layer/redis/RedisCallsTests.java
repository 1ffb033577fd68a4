package dev.channels.layer.redis;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import dev.channels.ChannelFullException;
import dev.channels.ChannelLayerException;
import dev.channels.LayerFullException;
import io.lettuce.core.RedisException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RedisCalls}.
 */
class RedisCallsTests {

	@Test
	void whatNobodyKnowsIsSaidToBeUnknown() {
		ChannelLayerException failed = RedisCalls
			.failed(new CompletionException(new ExecutionException(new RedisException("Connection closed"))));
		assertThat(failed)
			.hasMessage("Redis failed, the outcome is unknown: io.lettuce.core.RedisException: Connection closed")
			.hasCauseExactlyInstanceOf(RedisException.class);
	}

	@Test
	void whatWasCertainlyNotSentIsSaidSo() {
		assertThat(RedisCalls.failed(new RedisException("Internal stack size exceeded: 10000. Commands are not ..")))
			.isExactlyInstanceOf(LayerFullException.class)
			.hasMessage("Too many commands to Redis are under way, this one was not sent: "
					+ "wait for the stages of earlier ones");
		assertThat(RedisCalls.failed(new RedisException("Request queue size exceeded: 10000. Commands are not ..")))
			.isExactlyInstanceOf(LayerFullException.class);
		assertThat(RedisCalls.failed(new RedisException("Currently not connected. Commands are rejected.")))
			.isExactlyInstanceOf(ChannelLayerException.class)
			.hasMessage("Redis is not connected, nothing was sent");
	}

	@Test
	void ourOwnFailuresStayWhatTheyAre() {
		ChannelFullException full = new ChannelFullException("jobs", 10);
		assertThat(RedisCalls.failed(new CompletionException(full))).isSameAs(full);
	}

}
