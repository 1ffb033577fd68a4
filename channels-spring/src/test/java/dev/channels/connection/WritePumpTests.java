package dev.channels.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WritePump}.
 */
class WritePumpTests {

	private final ManualExecutor executor = new ManualExecutor();

	private final FakeTransport transport = new FakeTransport();

	private final Batches batches = new Batches();

	private final WritePump pump = new WritePump(this.transport, this.executor, this.batches);

	@Test
	void writesUntilItsSourceHasNoMore() {
		this.batches.add("a");
		this.batches.add("b");
		this.pump.start();
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a", "b");
		assertThat(this.batches.asked).isEqualTo(3);
	}

	@Test
	void whoEndsAWriteGoesOn() {
		this.transport.stuck();
		this.batches.add("a");
		this.batches.add("b");
		this.pump.start();
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a");
		this.transport.completeWrite(null);
		assertThat(this.transport.written()).containsExactly("a", "b");
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void writesOnTheThreadThatStartsItIfThatDoesNotBlock() {
		this.transport.notBlocking();
		this.batches.add("a");
		this.batches.add("b");
		this.pump.start();
		assertThat(this.transport.written()).containsExactly("a", "b");
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void letsTheThreadThatStartsItGoAfter16Batches() {
		this.transport.notBlocking();
		for (int i = 0; i < 20; i++) {
			this.batches.add("batch");
		}
		this.pump.start();
		assertThat(this.transport.written()).hasSize(16);
		this.executor.runNext();
		assertThat(this.transport.written()).hasSize(20);
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void letsTheThreadThatEndsAWriteGoAfter16Batches() {
		this.transport.notBlocking().stuck();
		for (int i = 0; i < 20; i++) {
			this.batches.add("batch");
		}
		this.pump.start();
		this.transport.flowing();
		this.transport.completeWrite(null);
		assertThat(this.transport.written()).hasSize(17);
		this.executor.runNext();
		assertThat(this.transport.written()).hasSize(20);
	}

	@Test
	void anEndIsTakenOnce() {
		this.batches.add("a");
		this.batches.add("b");
		this.batches.add("c");
		Transport twice = new Transport() {
			@Override
			public boolean writesBlock() {
				return false;
			}

			@Override
			public void write(List<OutboundFrame> frames, WriteCallback callback) {
				WritePumpTests.this.transport.write(frames, (failure) -> {
				});
				callback.written(null);
				callback.written(new IllegalStateException("again"));
				throw new IllegalStateException("and again");
			}

			@Override
			public void suspendReading() {
			}

			@Override
			public void resumeReading() {
			}

			@Override
			public void abort() {
			}
		};
		new WritePump(twice, this.executor, this.batches).start();
		assertThat(this.transport.written()).containsExactly("a", "b", "c");
		assertThat(this.batches.failures).isEmpty();
	}

	@Test
	void aFailureEndsAll() {
		this.transport.stuck();
		this.batches.add("a");
		this.batches.add("b");
		this.pump.start();
		this.executor.runAll();
		this.transport.completeWrite(new IllegalStateException("broken pipe"));
		assertThat(this.batches.failures).containsExactly("broken pipe");
		assertThat(this.batches.asked).isEqualTo(1);
		assertThat(this.transport.written()).containsExactly("a");
	}

	private static final class Batches implements WritePump.Source {

		private final Deque<List<OutboundFrame>> batches = new ArrayDeque<>();

		private final List<String> failures = new ArrayList<>();

		private int asked;

		void add(String text) {
			this.batches.add(List.of(OutboundFrame.text(text)));
		}

		@Override
		public List<OutboundFrame> next() {
			this.asked++;
			List<OutboundFrame> next = this.batches.poll();
			return (next != null) ? next : List.of();
		}

		@Override
		public void failed(Throwable failure) {
			this.failures.add(failure.getMessage());
		}

	}

}
