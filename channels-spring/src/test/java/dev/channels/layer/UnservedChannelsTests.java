package dev.channels.layer;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link UnservedChannels}.
 */
class UnservedChannelsTests {

	@Test
	void saysWhatHappensAndWhatToDo() {
		try (CapturedLog log = CapturedLog.of(UnservedChannels.class)) {
			UnservedChannels unserved = new UnservedChannels();
			unserved.warn(ChannelName.of("jbos"), 1000, List.of(ChannelName.of("jobs")));
			unserved.warn(ChannelName.of("job-2"), 1000, Set.of());
			assertThat(log.messages()).containsExactly("Worker channel 'jbos' has no worker: "
					+ "up to 1000 events wait there for ever. Correct the name, add a route with 'channel: jbos', "
					+ "or set worker-expiry; did you mean 'jobs'?");
		}
	}

}
