package dev.channels.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

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

	private static final Duration SHORT = Duration.ofMillis(100);

	private final ManualTimer timer = new ManualTimer();

	private final ManualExecutor executor = new ManualExecutor();

	private final FakeTransport transport = new FakeTransport();

	private final InboundGate inbound = new InboundGate();

	private final List<String> log = new ArrayList<>();

	private final SettingsBuilder settings = new SettingsBuilder().sendTimeout(FARTHER);

	private long entry;

	private double random;

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
		assertSleepsFor(FAR.dividedBy(4));
	}

	@Test
	void aWriteThatMovesIsNotStuck() {
		this.transport.stuck();
		start(this.settings.sendTimeout(SHORT));
		this.outbound.add(OutboundFrame.text("a"));
		this.executor.runAll();
		lookFor(SHORT.multipliedBy(4), () -> this.transport.move(100_000));
		assertThat(this.log).isEmpty();
		lookFor(SHORT.multipliedBy(2), () -> {
		});
		assertThat(this.log).contains("lost");
	}

	@Test
	void aWriteThatHardlyMovesIsStuck() {
		this.transport.stuck();
		start(this.settings.sendTimeout(SHORT));
		this.outbound.add(OutboundFrame.text("a"));
		this.executor.runAll();
		int[] looks = new int[1];
		lookFor(SHORT.multipliedBy(30), () -> this.transport.move((looks[0]++ % 50 == 0) ? 1 : 0));
		assertThat(this.log).contains("lost");
	}

	@Test
	void aConnectionThatStillMovesHasMoreTimeToEnd() {
		start(this.settings);
		this.watchdog.endWithin(SHORT);
		lookFor(SHORT.multipliedBy(4), () -> this.transport.move(100_000));
		assertThat(this.log).isEmpty();
		lookFor(SHORT.multipliedBy(2), () -> {
		});
		assertThat(this.log).contains("lost");
	}

	@Test
	void aPartOfAMessageIsAsGoodAsAPong() {
		start(this.settings.pings(NOW, NOW));
		look();
		this.transport.receive(1);
		look();
		assertThat(this.log).isEmpty();
	}

	@Test
	void aClientIsNotIdleWhileItsMessageComes() {
		start(this.settings.idleTimeout(SHORT));
		this.inbound.messageBegun();
		lookFor(SHORT.multipliedBy(4), () -> this.transport.receive(1));
		assertThat(this.log).isEmpty();
		lookFor(SHORT.multipliedBy(2), () -> {
		});
		assertThat(this.log).contains("overdue 1000 idle");
	}

	@Test
	void bytesThatAreNoMessageDoNotKeepAnIdleClient() {
		start(this.settings.idleTimeout(NOW));
		this.transport.receive(6);
		look();
		assertThat(this.log).containsExactly("overdue 1000 idle");
	}

	@Test
	void aMessageThatDoesNotEndIsRefused() {
		start(this.settings.messageTimeout(NOW));
		look();
		assertThat(this.log).isEmpty();
		this.inbound.messageBegun();
		look();
		assertThat(this.log).containsExactly("overdue 1008 message not finished in time");
	}

	@Test
	void aMessageThatComesSlowlyIsNot() {
		start(this.settings.messageTimeout(SHORT));
		this.inbound.messageBegun();
		lookFor(SHORT.multipliedBy(4), () -> this.transport.receive(1000));
		assertThat(this.log).isEmpty();
		this.inbound.messageArrived();
		this.inbound.messageHandled();
		lookFor(SHORT.multipliedBy(2), () -> {
		});
		assertThat(this.log).isEmpty();
	}

	@Test
	void aMessageOfAByteNowAndThenIsRefused() {
		start(this.settings.messageTimeout(SHORT));
		this.inbound.messageBegun();
		int[] looks = new int[1];
		lookFor(SHORT.multipliedBy(30), () -> this.transport.receive((looks[0]++ % 50 == 0) ? 1 : 0));
		assertThat(this.log).contains("overdue 1008 message not finished in time");
	}

	@Test
	void aClientThatIsHeldBackCannotFinishItsMessage() {
		start(this.settings.messageTimeout(NOW));
		this.inbound.messageArrived();
		this.inbound.messageArrived();
		this.inbound.messageBegun();
		look();
		assertThat(this.log).isEmpty();
		this.inbound.messageHandled();
		look();
		assertThat(this.log).containsExactly("overdue 1008 message not finished in time");
	}

	@Test
	void looksInTimeAtAMessageThatBegins() {
		start(this.settings.messageTimeout(Duration.ofMinutes(4)));
		assertSleepsFor(FARTHER);
		this.inbound.messageBegun();
		this.watchdog.lookWithin(Duration.ofMinutes(1));
		assertSleepsFor(Duration.ofMinutes(1));
	}

	@Test
	void pingsAndLifetimesAreSpread() {
		this.random = 0.5;
		start(this.settings.pings(Duration.ofMinutes(20), FAR));
		assertSleepsFor(Duration.ofMinutes(15));
		this.random = 1;
		start(this.settings.pings(Duration.ZERO, FAR).maxLifetime(Duration.ofMinutes(20)));
		assertThat(lastDelay()).isBetween(Duration.ofMinutes(17), Duration.ofMinutes(19));
	}

	@Test
	void tellsOnceOfAHandlerThatHoldsUpItsConnection() {
		this.entry = 1;
		start(this.settings);
		this.watchdog.run(System.nanoTime() + Watchdog.HELD_UP.minusSeconds(5).toNanos());
		assertThat(this.log).isEmpty();
		this.watchdog.run(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(5).toNanos());
		this.watchdog.run(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(90).toNanos());
		assertThat(this.log).containsExactly("held up");
	}

	@Test
	void aHandlerThatIsTheNextOneHoldsNothingUp() {
		this.entry = 1;
		start(this.settings);
		this.entry = 2;
		this.watchdog.run(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(5).toNanos());
		this.entry = 0;
		this.watchdog.run(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(90).toNanos());
		assertThat(this.log).isEmpty();
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
		assertSleepsFor(FAR.dividedBy(4));
		look();
		assertThat(this.log).isEmpty();
	}

	@Test
	void theNearerEndCounts() {
		start(this.settings);
		this.watchdog.endWithin(FARTHER);
		this.watchdog.endWithin(FAR);
		assertSleepsFor(FAR.dividedBy(4));
		this.watchdog.endWithin(FARTHER);
		look();
		assertSleepsFor(FAR.dividedBy(4));
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
		assertSleepsFor(FAR.dividedBy(4));
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
		this.outbound = new OutboundQueue(builder.build(), this.executor, new Corks(this.timer), new DropCounter(),
				new RecordingOutboundListener() {
					@Override
					public void pinged() {
						WatchdogTests.this.watchdog.pinged();
					}
				});
		this.watchdog = new Watchdog(this.timer, builder.build(), this.outbound, this.inbound, () -> this.entry,
				() -> this.random, new Log());
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

	/**
	 * Let the watchdog look often for some time.
	 */
	private void lookFor(Duration duration, Runnable between) {
		long end = System.nanoTime() + duration.toNanos();
		while (System.nanoTime() - end < 0 && this.log.isEmpty()) {
			between.run();
			look();
			LockSupport.parkNanos(1_000_000);
		}
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
		public void heldUp() {
			WatchdogTests.this.log.add("held up");
		}

		@Override
		public void lost() {
			WatchdogTests.this.log.add("lost");
		}

	}

}
