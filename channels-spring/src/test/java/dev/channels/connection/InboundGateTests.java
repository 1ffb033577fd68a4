package dev.channels.connection;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link InboundGate}.
 */
class InboundGateTests {

	private final FakeTransport transport = new FakeTransport();

	private final InboundGate gate = new InboundGate();

	@Test
	void oneMessageDoesNotSuspendReading() {
		this.gate.start(this.transport);
		for (int i = 0; i < 3; i++) {
			this.gate.messageArrived();
			this.gate.messageHandled();
		}
		assertThat(this.transport.reading()).isEmpty();
	}

	@Test
	void aSecondMessageThatWaitsSuspendsReading() {
		this.gate.start(this.transport);
		this.gate.messageArrived();
		assertThat(this.transport.reading()).isEmpty();
		this.gate.messageArrived();
		assertThat(this.transport.reading()).containsExactly("suspend");
		this.gate.messageHandled();
		assertThat(this.transport.reading()).containsExactly("suspend", "resume");
	}

	@Test
	void suspendsOnceHoweverManyMessagesStillCome() {
		this.gate.start(this.transport);
		arrive(4);
		handle(2);
		assertThat(this.transport.reading()).containsExactly("suspend");
		handle(2);
		assertThat(this.transport.reading()).containsExactly("suspend", "resume");
	}

	@Test
	void suspendsAgain() {
		this.gate.start(this.transport);
		arrive(2);
		handle(1);
		arrive(1);
		handle(2);
		assertThat(this.transport.reading()).containsExactly("suspend", "resume", "suspend", "resume");
	}

	@Test
	void aPingSuspendsReadingUntilItIsAnswered() {
		this.gate.start(this.transport);
		this.gate.pingArrived();
		assertThat(this.transport.reading()).containsExactly("suspend");
		arrive(2);
		this.gate.pingAnswered();
		assertThat(this.transport.reading()).containsExactly("suspend");
		handle(2);
		assertThat(this.transport.reading()).containsExactly("suspend", "resume");
	}

	@Test
	void pingsAreNoMessages() {
		this.gate.start(this.transport);
		long before = this.gate.lastMessage();
		this.gate.pingArrived();
		this.gate.pingAnswered();
		assertThat(this.gate.lastMessage()).isEqualTo(before);
		assertThat(this.gate.lastActivity()).isGreaterThan(before);
	}

	@Test
	void survivesMessagesBeforeTheStart() {
		arrive(2);
		handle(2);
		this.gate.start(this.transport);
		arrive(1);
		assertThat(this.transport.reading()).isEmpty();
	}

	@Test
	void theStartCountsAsActivity() {
		long before = System.nanoTime();
		this.gate.start(this.transport);
		assertThat(this.gate.lastActivity() - before).isNotNegative();
		assertThat(this.gate.lastMessage() - before).isNotNegative();
	}

	@Test
	void aMessageIsActivity() {
		this.gate.start(this.transport);
		long before = System.nanoTime();
		arrive(1);
		assertThat(this.gate.lastActivity() - before).isNotNegative();
	}

	@Test
	void aPongIsActivityButNoMessage() {
		this.gate.start(this.transport);
		long message = this.gate.lastMessage();
		long before = System.nanoTime();
		this.gate.pongArrived();
		assertThat(this.gate.lastActivity() - before).isNotNegative();
		assertThat(this.gate.lastMessage()).isEqualTo(message);
	}

	@Test
	void timeStandsStillOnceNothingComes() {
		this.gate.start(this.transport);
		arrive(1);
		handle(1);
		long activity = this.gate.lastActivity();
		long message = this.gate.lastMessage();
		assertThat(this.gate.lastActivity()).isEqualTo(activity);
		assertThat(this.gate.lastMessage()).isEqualTo(message);
	}

	@Test
	void aClientIsNotIdleWhileItsMessageIsHandled() {
		this.gate.start(this.transport);
		arrive(1);
		long now = System.nanoTime();
		assertThat(this.gate.lastMessage() - now).isNotNegative();
	}

	@Test
	void aClientThatIsHeldBackIsNotSilent() {
		this.gate.start(this.transport);
		arrive(2);
		long now = System.nanoTime();
		assertThat(this.gate.lastActivity() - now).isNotNegative();
	}

	@Test
	void aClientThatWasHeldBackHasTheWholeTimeAgain() {
		this.gate.start(this.transport);
		arrive(2);
		long now = System.nanoTime();
		handle(2);
		assertThat(this.gate.lastActivity() - now).as("until it is lost").isNotNegative();
		assertThat(this.gate.lastMessage() - now).as("until it is idle").isNotNegative();
	}

	private void arrive(int messages) {
		for (int i = 0; i < messages; i++) {
			this.gate.messageArrived();
		}
	}

	private void handle(int messages) {
		for (int i = 0; i < messages; i++) {
			this.gate.messageHandled();
		}
	}

}
