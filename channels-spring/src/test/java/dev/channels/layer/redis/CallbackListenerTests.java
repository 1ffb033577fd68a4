package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import dev.channels.connection.ManualExecutor;
import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link CallbackListener}.
 */
class CallbackListenerTests {

	private final ManualExecutor executor = new ManualExecutor();

	@Test
	void tellsWhereTheListenerMayBlock() {
		List<Object> told = new ArrayList<>();
		RedisLayerListener listener = new CallbackListener(new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				told.add(duration);
			}

			@Override
			public void membersRemoved(String group, List<String> channelNames) {
				told.add(group + channelNames);
			}
		}, new Callbacks(this.executor));
		listener.gapEnded(Duration.ofSeconds(1));
		listener.membersRemoved("room", List.of("a"));
		assertThat(told).isEmpty();
		this.executor.runAll();
		assertThat(told).containsExactly(Duration.ofSeconds(1), "room[a]");
	}

	@Test
	void aListenerThatFailsIsToldOf() {
		RedisLayerListener listener = new CallbackListener(new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				throw new IllegalStateException("planted");
			}
		}, new Callbacks(this.executor));
		try (CapturedLog log = CapturedLog.of(CallbackListener.class).at(Level.ERROR)) {
			listener.gapEnded(Duration.ofSeconds(1));
			this.executor.runAll();
			assertThat(log.messages()).containsExactly("A RedisLayerListener has failed");
		}
	}

}
