package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Mailbox}.
 */
class MailboxTests {

	private final ManualExecutor executor = new ManualExecutor();

	private final RecordingTurns turns = new RecordingTurns();

	private final Mailbox mailbox = new Mailbox(this.executor, this.turns);

	private final List<String> log = new ArrayList<>();

	@Test
	void runsEntriesInOrder() {
		this.mailbox.open();
		add("a", "b", "c");
		this.executor.runAll();
		assertThat(this.log).containsExactly("a", "b", "c");
	}

	@Test
	void runsNothingOnTheThreadThatAdds() {
		this.mailbox.open();
		add("a");
		assertThat(this.log).isEmpty();
		assertThat(this.executor.waiting()).isEqualTo(1);
	}

	@Test
	void asksForOneThreadAtATime() {
		this.mailbox.open();
		add("a", "b", "c");
		assertThat(this.executor.waiting()).isEqualTo(1);
		this.executor.runNext();
		assertThat(this.executor.waiting()).isZero();
		add("d");
		assertThat(this.executor.waiting()).isEqualTo(1);
	}

	@Test
	void runsNothingBeforeItIsOpen() {
		add("a", "b");
		assertThat(this.executor.waiting()).isZero();
		this.mailbox.open();
		this.executor.runAll();
		assertThat(this.log).containsExactly("a", "b");
	}

	@Test
	void opensOnce() {
		add("a");
		this.mailbox.open();
		this.mailbox.open();
		assertThat(this.executor.waiting()).isEqualTo(1);
		this.executor.runAll();
		this.mailbox.open();
		assertThat(this.executor.waiting()).isZero();
		assertThat(this.log).containsExactly("a");
	}

	@Test
	void aStageHoldsUpTheNextEntryButNoThread() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		this.mailbox.open();
		this.mailbox.add(entry("a", stage));
		add("b");
		this.executor.runAll();
		assertThat(this.log).containsExactly("a");
		stage.complete(null);
		assertThat(this.log).as("not on the thread that completes").containsExactly("a");
		this.executor.runAll();
		assertThat(this.log).containsExactly("a", "b");
	}

	@Test
	void nothingOvertakesAStageThatIsWaitedFor() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		this.mailbox.open();
		this.mailbox.add(entry("a", stage));
		this.executor.runAll();
		add("b");
		this.mailbox.open();
		assertThat(this.executor.waiting()).isZero();
		this.mailbox.end(entry("last", null));
		assertThat(this.executor.waiting()).isZero();
		stage.complete(null);
		this.executor.runAll();
		assertThat(this.log).containsExactly("a", "b", "last");
	}

	@Test
	void aStageThatFailsHoldsUpNoLonger() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		this.mailbox.open();
		this.mailbox.add(entry("a", stage));
		add("b");
		this.executor.runAll();
		stage.completeExceptionally(new IllegalStateException("broken"));
		this.executor.runAll();
		assertThat(this.log).containsExactly("a", "b");
	}

	@Test
	void goesOnAtOnceAfterAStageThatIsDone() {
		this.mailbox.open();
		this.mailbox.add(entry("a", CompletableFuture.completedFuture(null)));
		this.mailbox.add(entry("b", CompletableFuture.failedFuture(new IllegalStateException("broken"))));
		add("c");
		this.executor.runNext();
		assertThat(this.log).containsExactly("a", "b", "c");
	}

	@Test
	void yieldsAfter32Entries() {
		this.mailbox.open();
		for (int i = 0; i < 70; i++) {
			add("e" + i);
		}
		this.executor.runNext();
		assertThat(this.log).hasSize(32);
		assertThat(this.executor.waiting()).isEqualTo(1);
		this.executor.runNext();
		assertThat(this.log).hasSize(64);
		this.executor.runNext();
		assertThat(this.log).hasSize(70);
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void tellsOfTurns() {
		this.mailbox.open();
		add("a", "b", "c");
		this.executor.runAll();
		assertThat(this.turns.calls()).containsExactly("begins", "goes on", "goes on", "ends");
	}

	@Test
	void aStageEndsTheTurn() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		this.mailbox.open();
		this.mailbox.add(entry("a", stage));
		add("b");
		this.executor.runAll();
		assertThat(this.turns.calls()).containsExactly("begins", "ends");
		stage.complete(null);
		this.executor.runAll();
		assertThat(this.turns.calls()).containsExactly("begins", "ends", "begins", "ends");
	}

	@Test
	void twoMailboxesTakeTurns() {
		Mailbox other = new Mailbox(this.executor, this.turns);
		this.mailbox.open();
		other.open();
		for (int i = 0; i < 40; i++) {
			add("a");
			other.add(entry("b", null));
		}
		this.executor.runNext();
		this.executor.runNext();
		assertThat(this.log.subList(0, 32)).containsOnly("a");
		assertThat(this.log.subList(32, 64)).containsOnly("b");
		this.executor.runAll();
		assertThat(this.log).hasSize(80);
	}

	@Test
	void endDiscardsEventsAndKeepsMessages() {
		this.mailbox.open();
		add("message 1");
		this.mailbox.add(event("event 1"));
		add("message 2");
		this.mailbox.add(event("event 2"));
		this.mailbox.end(entry("last", null));
		assertThat(this.log).containsExactly("discarded event 1", "discarded event 2");
		this.executor.runAll();
		assertThat(this.log.subList(2, this.log.size())).containsExactly("message 1", "message 2", "last");
	}

	@Test
	void endOpensAMailboxThatWasNot() {
		add("message");
		this.mailbox.end(entry("last", null));
		this.executor.runAll();
		assertThat(this.log).containsExactly("message", "last");
	}

	@Test
	void endsOnce() {
		this.mailbox.open();
		this.mailbox.end(entry("first", null));
		this.mailbox.end(entry("second", null));
		this.executor.runAll();
		this.mailbox.end(entry("third", null));
		this.executor.runAll();
		assertThat(this.log).containsExactly("first");
	}

	@Test
	void takesNothingAfterTheEnd() {
		this.mailbox.open();
		assertThat(this.mailbox.add(entry("before", null))).isTrue();
		this.mailbox.end(entry("last", null));
		assertThat(this.mailbox.add(entry("after", null))).isFalse();
		assertThat(this.mailbox.add(event("after"))).isFalse();
		this.executor.runAll();
		assertThat(this.log).containsExactly("before", "last");
	}

	@Test
	void anEntryMayAddAnother() {
		this.mailbox.open();
		this.mailbox.add(() -> {
			this.log.add("a");
			add("b");
			return null;
		});
		this.executor.runNext();
		assertThat(this.log).containsExactly("a", "b");
	}

	@Test
	void anEntryMayEndTheMailbox() {
		this.mailbox.open();
		this.mailbox.add(() -> {
			this.mailbox.end(entry("last", null));
			this.log.add("a");
			return null;
		});
		add("b");
		this.executor.runAll();
		assertThat(this.log).containsExactly("a", "b", "last");
	}

	@Test
	void anEntryThatThrowsHoldsUpNoOther() {
		this.mailbox.open();
		this.mailbox.add(() -> {
			throw new AssertionError("expected by the test");
		});
		add("b");
		try (CapturedLog captured = CapturedLog.of(Mailbox.class)) {
			this.executor.runAll();
			assertThat(captured.causes()).containsExactly("java.lang.AssertionError: expected by the test");
		}
		this.mailbox.end(entry("last", null));
		this.executor.runAll();
		assertThat(this.log).containsExactly("b", "last");
	}

	@Test
	void survivesAnExecutorThatWasShutDown() {
		Mailbox refused = new Mailbox((task) -> {
			throw new RejectedExecutionException("shut down");
		}, this.turns);
		refused.open();
		assertThat(refused.add(entry("a", null))).isTrue();
		refused.end(entry("last", null));
		assertThat(this.log).isEmpty();
	}

	private void add(String... names) {
		for (String name : names) {
			assertThat(this.mailbox.add(entry(name, null))).isTrue();
		}
	}

	private Mailbox.Entry entry(String name, CompletionStage<?> stage) {
		return () -> {
			this.log.add(name);
			return stage;
		};
	}

	private Mailbox.Entry event(String name) {
		return new Mailbox.Entry() {
			@Override
			public CompletionStage<?> run() {
				MailboxTests.this.log.add(name);
				return null;
			}

			@Override
			public boolean isEvent() {
				return true;
			}

			@Override
			public void discard() {
				MailboxTests.this.log.add("discarded " + name);
			}
		};
	}

}
