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
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

/**
 * Tests of {@link Watchdog}. Deadlines are either due at once or far away.
 */
class WatchdogTests {

	private static final Duration NOW = Duration.ofNanos(1);

	private static final Duration FAR = Duration.ofMinutes(10);

	private static final Duration FARTHER = Duration.ofMinutes(30);

	private static final Duration OPENING = Duration.ofSeconds(10);

	private static final Duration SHORT = Duration.ofMillis(100);

	private final ManualTimer timer = new ManualTimer();

	private final ManualExecutor executor = new ManualExecutor();

	private final FakeTransport transport = new FakeTransport();

	private final Sweeper sweeper = new Sweeper(this.timer, (action) -> {
	});

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
	void tellsTheSweeperWhenToWakeIt() {
		start(this.settings.pings(FARTHER, FAR).maxLifetime(FAR));
		assertThat(this.timer.delays()).last(DURATION).isCloseTo(FAR, Duration.ofSeconds(30));
		this.watchdog.endWithin(SHORT);
		assertThat(this.timer.delays()).last(DURATION).isCloseTo(SHORT.dividedBy(4), SHORT);
	}

	@Test
	void aConnectionThatIsNotOpenedInTimeIsGivenUp() {
		create(this.settings);
		assertThat(this.watchdog.accepted()).isTrue();
		assertSleepsFor(OPENING);
		look();
		assertThat(this.log).isEmpty();
		this.watchdog.wake(System.nanoTime() + OPENING.toNanos());
		assertThat(this.log).containsExactly("not opened");
	}

	@Test
	void aConnectionThatIsOpenIsNotGivenUp() {
		create(this.settings);
		this.watchdog.accepted();
		this.watchdog.opened();
		this.watchdog.wake(System.nanoTime() + OPENING.toNanos());
		assertThat(this.log).isEmpty();
	}

	@Test
	void tellsOnceOfAConnectionWhoseLastHandlerDoesNotEnd() {
		start(this.settings.pings(NOW, NOW).maxLifetime(NOW));
		this.watchdog.ended();
		assertSleepsFor(Watchdog.HELD_UP);
		look();
		assertThat(this.log).isEmpty();
		this.watchdog.wake(System.nanoTime() + Watchdog.HELD_UP.toNanos());
		this.watchdog.wake(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(1).toNanos());
		assertThat(this.log).containsExactly("held up");
		assertSleeps();
	}

	@Test
	void aConnectionThatHasEndedIsNotOpenedAnyMore() {
		start(this.settings.pings(NOW, NOW).maxLifetime(NOW));
		this.watchdog.ended();
		this.watchdog.accepted();
		this.watchdog.opened();
		look();
		assertThat(this.log).isEmpty();
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
		assertThat(sleep()).isBetween(Duration.ofMinutes(17), Duration.ofMinutes(19));
	}

	@Test
	void tellsOnceOfAHandlerThatHoldsUpItsConnection() {
		this.entry = 1;
		start(this.settings);
		this.watchdog.wake(System.nanoTime() + Watchdog.HELD_UP.minusSeconds(5).toNanos());
		assertThat(this.log).isEmpty();
		this.watchdog.wake(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(5).toNanos());
		this.watchdog.wake(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(90).toNanos());
		assertThat(this.log).containsExactly("held up");
	}

	@Test
	void aHandlerThatIsTheNextOneHoldsNothingUp() {
		this.entry = 1;
		start(this.settings);
		this.entry = 2;
		this.watchdog.wake(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(5).toNanos());
		this.entry = 0;
		this.watchdog.wake(System.nanoTime() + Watchdog.HELD_UP.plusSeconds(90).toNanos());
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
		long before = System.nanoTime();
		start(this.settings.idleTimeout(NOW));
		assertThat(Duration.ofNanos(this.watchdog.dueAt() - before)).isBetween(Duration.ofMillis(1),
				Duration.ofSeconds(30));
	}

	@Test
	void doesNothingAfterStop() {
		start(this.settings.pings(NOW, NOW).maxLifetime(NOW));
		this.watchdog.stop();
		assertSleeps();
		look();
		this.watchdog.endWithin(NOW);
		this.watchdog.pinged();
		this.watchdog.opened();
		this.watchdog.ended();
		look();
		assertSleeps();
		assertThat(this.log).isEmpty();
		assertThat(this.transport.written()).isEmpty();
	}

	@Test
	void nobodyKeepsTimeAfterTheEndOfTheApplication() {
		this.timer.refuse();
		create(this.settings);
		assertThat(this.watchdog.accepted()).isFalse();
		this.watchdog.opened();
		assertThat(this.timer.waiting()).isZero();
	}

	private void start(SettingsBuilder builder) {
		create(builder);
		this.inbound.start(this.transport);
		this.watchdog.opened();
		this.outbound.start(this.transport);
	}

	private void create(SettingsBuilder builder) {
		this.outbound = new OutboundQueue(builder.build(), this.executor, new Corks(this.timer), new DropCounter(),
				new RecordingOutboundListener() {
					@Override
					public void pinged() {
						WatchdogTests.this.watchdog.pinged();
					}
				});
		this.watchdog = new Watchdog(this.sweeper, builder.build(), this.outbound, this.inbound, () -> this.entry,
				() -> this.random, new Log());
	}

	/**
	 * Let the watchdog look now, and let be written what it wants.
	 */
	private void look() {
		this.watchdog.wake(System.nanoTime());
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
		assertThat(sleep()).isBetween(duration.minusSeconds(30), duration.plusSeconds(30));
	}

	private void assertSleeps() {
		assertThat(sleep()).isGreaterThan(Duration.ofDays(365));
	}

	private Duration sleep() {
		return Duration.ofNanos(this.watchdog.dueAt() - System.nanoTime());
	}

	private final class Log implements Watchdog.Listener {

		@Override
		public void notOpened() {
			WatchdogTests.this.log.add("not opened");
		}

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
