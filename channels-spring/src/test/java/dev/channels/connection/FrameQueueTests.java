package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import dev.channels.CloseStatus;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link FrameQueue}.
 */
class FrameQueueTests {

	private static final int LIMIT = 1000;

	private final FrameQueue queue = new FrameQueue(LIMIT);

	@Test
	void isEmptyUntilAnythingIsAdded() {
		assertThat(this.queue.isEmpty()).isTrue();
		assertThat(this.queue.next()).isEmpty();
		this.queue.addPing();
		assertThat(this.queue.isEmpty()).isFalse();
		assertThat(this.queue.next()).containsExactly(OutboundFrame.PING);
		assertThat(this.queue.isEmpty()).isTrue();
	}

	@Test
	void whatIsBeingWrittenCostsUntilTheNextIsTaken() {
		this.queue.add(message(LIMIT));
		assertThat(this.queue.isAtMostHalfFull()).isFalse();
		this.queue.next();
		assertThat(this.queue.isAtMostHalfFull()).isFalse();
		assertThat(this.queue.hasRoomFor(message(LIMIT))).isFalse();
		this.queue.next();
		assertThat(this.queue.isAtMostHalfFull()).isTrue();
		assertThat(this.queue.hasRoomFor(message(LIMIT))).isTrue();
	}

	@Test
	void whatIsBeingWrittenCannotBeRemoved() {
		this.queue.add(message(100));
		this.queue.next();
		assertThat(this.queue.removeOldest()).isFalse();
		this.queue.add(message(100));
		assertThat(this.queue.removeOldest()).isTrue();
	}

	@Test
	void clearsAllButWhatIsBeingWritten() {
		this.queue.add(message(LIMIT));
		this.queue.next();
		this.queue.add(message(100));
		this.queue.add(message(100));
		this.queue.addPing();
		this.queue.setPong(OutboundFrame.pong(new byte[0]));
		this.queue.setClose(OutboundFrame.close(CloseStatus.NORMAL));
		assertThat(this.queue.clear()).isEqualTo(2);
		assertThat(this.queue.isEmpty()).isTrue();
		assertThat(this.queue.hasRoomFor(message(100))).isFalse();
		assertThat(this.queue.next()).isEmpty();
	}

	/**
	 * Any order of calls: nothing is lost, doubled or reordered, pings pass messages, the
	 * close is the last, and the cost is that of what is there.
	 */
	@RepeatedTest(200)
	void keepsOrderAndCount(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		List<OutboundFrame> waiting = new ArrayList<>();
		List<OutboundFrame> underWay = new ArrayList<>();
		int pings = 0;
		for (int i = 0; i < 300; i++) {
			switch (random.nextInt(6)) {
				case 0, 1, 2 -> {
					OutboundFrame message = message(OutboundFrame.COST + random.nextInt(100));
					boolean room = this.queue.hasRoomFor(message);
					assertThat(room).isEqualTo(fits(message, waiting, underWay));
					if (room) {
						this.queue.add(message);
						waiting.add(message);
					}
				}
				case 3 -> {
					assertThat(this.queue.removeOldest()).isEqualTo(!waiting.isEmpty());
					if (!waiting.isEmpty()) {
						waiting.remove(0);
					}
				}
				case 4 -> {
					this.queue.addPing();
					pings++;
				}
				default -> {
					List<OutboundFrame> batch = this.queue.next();
					assertThat(batch.subList(0, pings)).allMatch((frame) -> frame == OutboundFrame.PING);
					underWay = new ArrayList<>(batch.subList(pings, batch.size()));
					assertThat(underWay).isEqualTo(waiting.subList(0, underWay.size()));
					waiting.subList(0, underWay.size()).clear();
					pings = 0;
				}
			}
			assertThat(this.queue.isEmpty()).isEqualTo(waiting.isEmpty() && pings == 0);
			assertThat(this.queue.isAtMostHalfFull()).isEqualTo(cost(waiting) + cost(underWay) <= LIMIT / 2);
		}
		OutboundFrame close = OutboundFrame.close(CloseStatus.NORMAL);
		this.queue.setClose(close);
		List<OutboundFrame> rest = new ArrayList<>();
		while (!this.queue.isEmpty()) {
			rest.addAll(this.queue.next());
		}
		waiting.add(close);
		assertThat(rest.subList(pings, rest.size())).isEqualTo(waiting);
	}

	private static boolean fits(OutboundFrame message, List<OutboundFrame> waiting, List<OutboundFrame> underWay) {
		long cost = cost(waiting) + cost(underWay);
		return cost == 0 || cost + message.cost() <= LIMIT;
	}

	private static long cost(List<OutboundFrame> frames) {
		return frames.stream().mapToLong(OutboundFrame::cost).sum();
	}

	private static OutboundFrame message(int cost) {
		return OutboundFrame.binary(new byte[cost - OutboundFrame.COST]);
	}

}
