package dev.channels.layer;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

import dev.channels.ChannelFullException;
import dev.channels.ChannelLayerException;
import dev.channels.Channels;
import dev.channels.Event;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link DefaultChannels} on a layer that fails.
 */
class DefaultChannelsFailureTests {

	private static final Event EVENT = Event.of("chat.said", Map.of("message", "s3cr3t"));

	private final TestLayer test = new TestLayer(1);

	private final DropCounter drops = this.test.drops;

	@Test
	void aFailedSendIsCountedWhateverItsTarget() {
		Channels channels = channelsOf(new ChannelLayerException("Redis is gone"));
		assertFails(channels.group("lobby").send(EVENT));
		assertFails(channels.user("alice").send(EVENT));
		assertFails(channels.connection("a!b").send(EVENT));
		assertFails(channels.channel("mail").send(EVENT));
		assertFails(channels.user("alice").disconnect(1000, ""));
		assertThat(this.drops.total(DropReason.SEND_FAILED)).isEqualTo(5);
		assertThat(this.drops.total(DropReason.CAPACITY)).isZero();
	}

	@Test
	void aFailedSendIsWarnedOfWithoutThePayload() {
		try (CapturedLog log = CapturedLog.of(DropCounter.class)) {
			assertFails(channelsOf(new ChannelLayerException("Redis is gone")).group("lobby").send(EVENT));
			assertThat(log.messages())
				.containsExactly("Dropped (send-failed): event 'chat.said' for group 'lobby': Redis is gone");
		}
	}

	@Test
	void theNameOfAUserStaysOutOfTheLog() {
		try (CapturedLog log = CapturedLog.of(DropCounter.class)) {
			assertFails(channelsOf(new ChannelLayerException("Redis is gone")).user("alice").send(EVENT));
			assertThat(log.messages())
				.containsExactly("Dropped (send-failed): event 'chat.said' for a user: Redis is gone");
		}
	}

	@Test
	void aSendToAFullChannelIsCountedByItself() {
		Channels channels = new ChannelLayers(Map.of("default", this.test.layer), this.test.codec, this.drops)
			.channels("default");
		assertThat(channels.channel("mail").send(EVENT).toCompletableFuture()).isCompleted();
		try (CapturedLog log = CapturedLog.of(DropCounter.class)) {
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> TestLayer.join(channels.channel("mail").send(EVENT)))
				.withCauseInstanceOf(ChannelFullException.class);
			assertThat(log.messages())
				.containsExactly("Dropped (capacity): event 'chat.said' for worker channel 'mail': "
						+ "Channel 'mail' is full: it holds its capacity of 1 events");
		}
		assertThat(this.drops.total(DropReason.CAPACITY)).isEqualTo(1);
		assertThat(this.drops.total(DropReason.SEND_FAILED)).isZero();
	}

	@Test
	void whoAsksSeesTheFailureItself() {
		ChannelLayerException gone = new ChannelLayerException("Redis is gone");
		AtomicReference<Throwable> seen = new AtomicReference<>();
		channelsOf(gone).group("lobby").send(EVENT).exceptionally((failure) -> {
			seen.set(failure);
			return null;
		});
		assertThat(seen).hasValue(gone);
	}

	@Test
	void aSendThatSucceedsIsNotCounted() {
		Channels channels = new ChannelLayers(Map.of("default", this.test.layer), this.test.codec, this.drops)
			.channels("default");
		TestLayer.join(channels.channel("mail").send(EVENT));
		assertThat(DropReason.values()).allSatisfy((reason) -> assertThat(this.drops.total(reason)).isZero());
	}

	private Channels channelsOf(RuntimeException failure) {
		return new ChannelLayers(Map.of("default", new FailingLayer(failure)), this.test.codec, this.drops)
			.channels("default");
	}

	private static void assertFails(CompletionStage<?> stage) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> TestLayer.join(stage))
			.withCauseInstanceOf(ChannelLayerException.class);
	}

}
