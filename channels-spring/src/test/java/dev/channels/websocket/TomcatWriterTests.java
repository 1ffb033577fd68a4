package dev.channels.websocket;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.CloseStatus;
import dev.channels.connection.Frames;
import dev.channels.connection.OutboundFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link TomcatWriter}.
 */
class TomcatWriterTests {

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final FakeSocket socket = new FakeSocket();

	private final AtomicInteger holds = new AtomicInteger();

	private final List<String> ends = new ArrayList<>();

	private final TomcatWriter writer = new TomcatWriter(this.socket, this.timer, this.holds::incrementAndGet,
			this.holds::decrementAndGet);

	@AfterEach
	void shutDown() {
		this.timer.shutdownNow();
	}

	@Test
	void whatFitsIsWrittenAtOnceByOneCall() {
		List<OutboundFrame> frames = frames(10, 20, 0);
		write(frames);
		assertThat(this.ends).containsExactly("written");
		assertThat(this.socket.taken()).isEqualTo(wire(frames));
		assertThat(this.socket.calls()).isEqualTo(1);
		assertThat(this.writer.sent()).isEqualTo(wire(frames).length);
		assertThat(this.holds).hasValue(0);
	}

	@Test
	void aSharedFrameCanBeWrittenAgain() {
		List<OutboundFrame> frames = frames(10);
		write(frames);
		write(frames);
		assertThat(this.ends).containsExactly("written", "written");
		assertThat(this.socket.taken()).hasSize(2 * wire(frames).length);
	}

	@Test
	void whatDoesNotFitWaitsAndMoves() {
		List<OutboundFrame> frames = frames(1000, 1000);
		this.socket.room(500);
		write(frames);
		assertThat(this.ends).isEmpty();
		assertThat(this.holds).hasValue(1);
		assertThat(this.writer.sent()).isEqualTo(500);
		this.socket.drain(1000);
		assertThat(this.ends).isEmpty();
		assertThat(this.writer.sent()).isEqualTo(1500);
		this.socket.drain(10_000);
		assertThat(this.ends).containsExactly("written");
		assertThat(this.holds).hasValue(0);
		assertThat(this.socket.taken()).isEqualTo(wire(frames));
	}

	@Test
	void aLargeFrameIsWrittenInPartsAndHeldBackOnce() {
		List<OutboundFrame> frames = frames(10, 1_000_000, 10);
		this.socket.room(0);
		write(frames);
		for (int i = 0; i < 1000 && this.ends.isEmpty(); i++) {
			assertThat(this.holds).hasValue(1);
			this.socket.drain(10_000);
		}
		assertThat(this.ends).containsExactly("written");
		assertThat(this.holds).hasValue(0);
		assertThat(this.socket.taken()).isEqualTo(wire(frames));
		assertThat(this.writer.sent()).isEqualTo(wire(frames).length);
	}

	@Test
	void waitsForWhatTlsHasEncrypted() {
		List<OutboundFrame> frames = frames(10);
		this.socket.outboundRemains(true);
		write(frames);
		assertThat(this.ends).isEmpty();
		assertThat(this.holds).hasValue(1);
		this.socket.outboundRemains(false);
		assertThat(this.ends).containsExactly("written");
		assertThat(this.holds).hasValue(0);
		assertThat(this.socket.taken()).isEqualTo(wire(frames));
	}

	@Test
	void waitsWhileSomebodyElseWrites() {
		CountDownLatch written = new CountDownLatch(1);
		List<OutboundFrame> frames = frames(10);
		this.socket.occupy();
		this.writer.write(frames, false, (failure) -> written.countDown());
		assertThat(this.socket.taken()).isEmpty();
		assertThat(this.holds).hasValue(1);
		this.socket.leave();
		await().until(() -> written.getCount() == 0);
		assertThat(this.socket.taken()).isEqualTo(wire(frames));
		assertThat(this.holds).hasValue(0);
	}

	@Test
	void tellsOfAFailureOnceAtOnce() {
		this.socket.breakDown();
		write(frames(10));
		write(frames(10));
		assertThat(this.ends).containsExactly("Broken pipe", "Broken pipe");
		assertThat(this.holds).hasValue(0);
	}

	@Test
	void tellsOfAFailureWhileItWaits() {
		this.socket.room(5);
		write(frames(10));
		this.socket.breakDown();
		assertThat(this.ends).containsExactly("Broken pipe");
		assertThat(this.holds).hasValue(0);
	}

	@Test
	void nothingIsWrittenAfterTomcatsClose() {
		assertThat(this.writer.close()).as("may close").isTrue();
		write(frames(10));
		assertThat(this.ends).containsExactly("ClosedChannelException");
		assertThat(this.socket.taken()).isEmpty();
	}

	@Test
	void nothingIsWrittenOnceTomcatsCloseIsExpected() {
		assertThat(this.writer.closeBetweenWrites()).isTrue();
		write(frames(10));
		assertThat(this.ends).containsExactly("ClosedChannelException");
		assertThat(this.writer.close()).as("may close").isTrue();
		assertThat(this.writer.close()).as("may close again").isFalse();
	}

	@Test
	void tomcatsCloseIsNotExpectedInTheMiddle() {
		this.socket.room(5);
		write(frames(10));
		assertThat(this.writer.closeBetweenWrites()).isFalse();
		this.socket.drain(10_000);
		write(frames(10));
		assertThat(this.ends).containsExactly("written", "written");
		assertThat(this.writer.closeBetweenWrites()).isTrue();
	}

	@Test
	void tomcatWritesNoCloseAfterOurs() {
		this.writer.write(List.of(Frames.close(CloseStatus.NORMAL)), true, this::ended);
		assertThat(this.ends).containsExactly("written");
		assertThat(this.writer.close()).as("may close").isFalse();
		write(frames(10));
		assertThat(this.ends).containsExactly("written", "ClosedChannelException");
	}

	@Test
	void tomcatWritesNoCloseInTheMiddleOfAFrame() {
		this.socket.room(5);
		write(frames(10));
		assertThat(this.writer.close()).as("may close").isFalse();
		this.socket.drain(100);
		assertThat(this.ends).containsExactly("written");
	}

	@Test
	void whatWaitsCanBeAbandonedOnce() {
		this.socket.room(5);
		write(frames(10));
		this.writer.abandon();
		this.writer.abandon();
		assertThat(this.ends).containsExactly("AsynchronousCloseException");
		this.socket.drain(100);
		assertThat(this.ends).hasSize(1);
		write(frames(10));
		assertThat(this.ends).containsExactly("AsynchronousCloseException", "ClosedChannelException");
	}

	/**
	 * Whoever closes, and whenever: the frames before are whole, and nothing follows.
	 */
	@RepeatedTest(200)
	void aCloseFrameIsAlwaysTheLast() throws Exception {
		byte[] close = { (byte) 0x88, 0 };
		List<OutboundFrame> frames = frames(3);
		int size = wire(frames).length;
		Thread closer = new Thread(() -> {
			assertThat(this.writer.close()).as("may close").isTrue();
			this.socket.writeOwn(close);
		});
		closer.start();
		for (int i = 0; i < 50 || closer.isAlive(); i++) {
			write(frames);
		}
		closer.join(TimeUnit.SECONDS.toMillis(10));
		byte[] taken = this.socket.taken();
		assertThat(taken.length % size).isEqualTo(2);
		assertThat(taken).endsWith(close);
	}

	private void write(List<OutboundFrame> frames) {
		this.writer.write(frames, false, this::ended);
	}

	private void ended(Throwable failure) {
		if (failure == null) {
			this.ends.add("written");
		}
		else {
			String message = failure.getMessage();
			this.ends.add((message != null) ? message : failure.getClass().getSimpleName());
		}
	}

	private static List<OutboundFrame> frames(int... sizes) {
		List<OutboundFrame> frames = new ArrayList<>();
		Random random = new Random(1);
		for (int size : sizes) {
			byte[] bytes = new byte[size];
			random.nextBytes(bytes);
			frames.add(Frames.binary(bytes));
		}
		return frames;
	}

	private static byte[] wire(List<OutboundFrame> frames) {
		ByteBuffer all = ByteBuffer.allocate(frames.stream().mapToInt((frame) -> frame.wire().remaining()).sum());
		frames.forEach((frame) -> all.put(frame.wire()));
		return all.array();
	}

}
