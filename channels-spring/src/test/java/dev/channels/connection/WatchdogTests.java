package dev.channels.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.channels.CloseStatus;
import dev.channels.layer.DropCounter;
import dev.channels.layer.ManualTimer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Watchdog}. Deadlines are either due at once or far away.
 */
class WatchdogTests {

	private static final Duration NOW = Duration.ofNanos(1);

	private static final Duration FAR = Duration.ofMinutes(10);

	private static final Duration FARTHER = Duration.ofMinutes(30);

	private static final Duration SOON = Duration.ofMillis(1);

	private final ManualTimer timer = new ManualTimer();

	private final ManualExecutor executor = new ManualExecutor();

	private final FakeTransport transport = new FakeTransport();

	private final InboundGate inbound = new InboundGate();

	private final List<String> log = new ArrayList<>();

	private final SettingsBuilder settings = new SettingsBuilder().sendTimeout(FARTHER);

	private OutboundQueue outbound;

	private Watchdog watchdog;

	@Test
	void nothingIsDueWhileAllIsWell() {
		start(this.settings.pings(FAR, FAR).idleTimeout(FAR).maxLifetime(FAR));
		look();
		look();
		assertThat(this.log).isEmpty();
		assertThat(this.transport.written()).isEmpty();
	}

	@Test
	void sleepsUntilTheNearestDeadline() {
		start(this.settings.pings(FARTHER, NOW).idleTimeout(FARTHER).maxLifetime(FAR));
		assertSleepsFor(FAR);
		look();
		assertSleepsFor(FAR);
	}

	@Test
	void sleepsOnce() {
		start(this.settings.pings(FAR, FAR));
		this.watchdog.endWithin(FAR);
		this.watchdog.pinged();
		assertThat(this.timer.waiting()).isEqualTo(1);
		look();
		assertThat(this.timer.waiting()).isEqualTo(1);
	}

	@Test
	void pings() {
		start(this.settings.pings(NOW, FAR));
		look();
		assertThat(this.transport.written()).containsExactly("PING");
		assertThat(this.log).isEmpty();
	}

	@Test
	void doesNotPingIfThatIsSwitchedOff() {
		start(this.settings.pings(Duration.ZERO, NOW));
		look();
		assertThat(this.transport.written()).isEmpty();
		assertThat(this.log).isEmpty();
	}

	@Test
	void pingsAgainOnceThePongHasCome() {
		start(this.settings.pings(NOW, FAR));
		look();
		look();
		assertThat(this.transport.written()).as("one at a time").containsExactly("PING");
		this.inbound.pongArrived();
		look();
		look();
		assertThat(this.transport.written()).containsExactly("PING", "PING");
	}

	@Test
	void aMessageIsAsGoodAsAPong() {
		start(this.settings.pings(NOW, FAR));
		look();
		this.inbound.messageArrived();
		look();
		look();
		assertThat(this.transport.written()).containsExactly("PING", "PING");
	}

	@Test
	void aClientThatDoesNotAnswerIsLost() {
		start(this.settings.pings(NOW, NOW));
		look();
		assertThat(this.log).isEmpty();
		look();
		assertThat(this.log).containsExactly("lost");
	}

	@Test
	void aClientHasTimeToAnswer() {
		start(this.settings.pings(NOW, FAR));
		look();
		assertSleepsFor(FAR);
		look();
		assertThat(this.log).isEmpty();
	}

	@Test
	void theTimeToAnswerBeginsWhenThePingIsWritten() {
		this.transport.stuck();
		start(this.settings.pings(NOW, NOW));
		look();
		look();
		assertThat(this.log).isEmpty();
		this.transport.completeWrite(null);
		look();
		assertThat(this.log).containsExactly("lost");
	}

	@Test
	void thePongMayComeBeforeWeAreToldThatThePingWasWritten() {
		this.transport.stuck();
		start(this.settings.pings(NOW, NOW));
		look();
		this.inbound.pongArrived();
		this.transport.completeWrite(null);
		look();
		assertThat(this.log).isEmpty();
	}

	@Test
	void aClientThatIsHeldBackIsNotLost() {
		start(this.settings.pings(NOW, NOW));
		look();
		this.inbound.messageArrived();
		this.inbound.messageArrived();
		assertThat(this.transport.reading()).containsExactly("suspend");
		for (int i = 0; i < 10; i++) {
			look();
		}
		assertThat(this.log).isEmpty();
	}

	@Test
	void aClientThatIsNotHeldBackAnyLongerCanBeLost() {
		start(this.settings.pings(NOW, NOW));
		this.inbound.messageArrived();
		this.inbound.messageArrived();
		this.inbound.messageHandled();
		this.inbound.messageHandled();
		look();
		look();
		assertThat(this.log).containsExactly("lost");
	}

	@Test
	void anIdleClientIsClosed() {
		start(this.settings.idleTimeout(NOW));
		look();
		assertThat(this.log).containsExactly("overdue 1000 idle");
	}

	@Test
	void aClientIsNotIdleWhileItsMessageIsHandled() {
		start(this.settings.idleTimeout(FAR));
		this.inbound.messageArrived();
		look();
		assertThat(this.log).isEmpty();
		assertSleepsFor(FAR);
	}

	@Test
	void pongsDoNotKeepAnIdleClient() {
		start(this.settings.idleTimeout(NOW));
		this.inbound.pongArrived();
		look();
		assertThat(this.log).containsExactly("overdue 1000 idle");
	}

	@Test
	void anOldConnectionIsClosed() {
		start(this.settings.maxLifetime(NOW).idleTimeout(NOW));
		look();
		assertThat(this.log).containsExactly("overdue 1001 maximum lifetime reached");
	}

	@Test
	void aWriteThatIsStuckEndsTheConnection() {
		this.transport.stuck();
		start(this.settings.sendTimeout(NOW));
		look();
		assertThat(this.log).as("nothing is written").isEmpty();
		this.outbound.add(OutboundFrame.text("a"));
		this.executor.runAll();
		look();
		assertThat(this.log).containsExactly("lost");
	}

	@Test
	void aWriteHasTime() {
		this.transport.stuck();
		start(this.settings.sendTimeout(FAR));
		this.outbound.add(OutboundFrame.text("a"));
		this.executor.runAll();
		look();
		assertThat(this.log).isEmpty();
		assertSleepsFor(FAR);
	}

	@Test
	void aConnectionThatDoesNotEndInTimeIsLost() {
		start(this.settings);
		this.watchdog.endWithin(NOW);
		look();
		assertThat(this.log).containsExactly("lost");
	}

	@Test
	void aConnectionHasTimeToEnd() {
		start(this.settings);
		this.watchdog.endWithin(FAR);
		assertSleepsFor(FAR);
		look();
		assertThat(this.log).isEmpty();
	}

	@Test
	void theNearerEndCounts() {
		start(this.settings);
		this.watchdog.endWithin(FARTHER);
		this.watchdog.endWithin(FAR);
		assertSleepsFor(FAR);
		this.watchdog.endWithin(FARTHER);
		look();
		assertSleepsFor(FAR);
	}

	@Test
	void aConnectionThatEndsIsNeitherPingedNorClosed() {
		start(this.settings.pings(NOW, FAR).idleTimeout(NOW).maxLifetime(NOW));
		this.watchdog.endWithin(FAR);
		look();
		assertThat(this.log).isEmpty();
		assertThat(this.transport.written()).isEmpty();
	}

	@Test
	void aConnectionThatEndsDoesNotKeepTheTimerBusy() {
		start(this.settings.pings(NOW, FAR).idleTimeout(NOW).maxLifetime(NOW));
		this.watchdog.endWithin(FAR);
		look();
		assertSleepsFor(FAR);
	}

	@Test
	void whatIsOverdueIsSeenAMillisecondLater() {
		start(this.settings.idleTimeout(NOW));
		assertThat(lastDelay()).isEqualTo(SOON);
	}

	@Test
	void doesNothingAfterStop() {
		start(this.settings.pings(NOW, NOW).maxLifetime(NOW));
		this.watchdog.stop();
		assertThat(this.timer.waiting()).isZero();
		this.watchdog.run();
		this.watchdog.endWithin(NOW);
		this.watchdog.pinged();
		this.watchdog.start();
		this.watchdog.run();
		assertThat(this.timer.waiting()).isZero();
		assertThat(this.log).isEmpty();
		assertThat(this.transport.written()).isEmpty();
	}

	@Test
	void survivesATimerThatWasShutDown() {
		this.timer.refuse();
		start(this.settings.maxLifetime(NOW));
		this.watchdog.run();
		assertThat(this.log).isEmpty();
	}

	private void start(SettingsBuilder builder) {
		this.outbound = new OutboundQueue(builder.build(), this.executor, new DropCounter(),
				new RecordingOutboundListener() {
					@Override
					public void pinged() {
						WatchdogTests.this.watchdog.pinged();
					}
				});
		this.watchdog = new Watchdog(this.timer, builder.build(), this.outbound, this.inbound, new Log());
		this.inbound.start(this.transport);
		this.watchdog.start();
		this.outbound.start(this.transport);
	}

	/**
	 * Let the watchdog look now, and let be written what it wants.
	 */
	private void look() {
		this.timer.runNext();
		this.executor.runAll();
	}

	private void assertSleepsFor(Duration duration) {
		assertThat(this.timer.waiting()).isEqualTo(1);
		assertThat(lastDelay()).isBetween(duration.minusSeconds(30), duration.plusSeconds(30));
	}

	private Duration lastDelay() {
		List<Duration> delays = this.timer.delays();
		return delays.get(delays.size() - 1);
	}

	private final class Log implements Watchdog.Listener {

		@Override
		public void overdue(CloseStatus status) {
			WatchdogTests.this.log.add("overdue " + status.code() + " " + status.reason());
		}

		@Override
		public void lost() {
			WatchdogTests.this.log.add("lost");
		}

	}

}
