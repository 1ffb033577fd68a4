package dev.channels.benchmarks.driver;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.benchmarks.load.Pace;
import io.netty.channel.EventLoop;
import org.HdrHistogram.Histogram;

/**
 * Sends a number of messages at a pace, and ends when all have come. Runs on the event
 * loop alone.
 */
final class Phase {

	private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

	private final List<Room> rooms;

	private final Pace pace;

	private final int amount;

	private final int messages;

	private final EventLoop loop;

	private final Histogram latencies = new Histogram(3);

	private final CompletableFuture<Phase> end = new CompletableFuture<>();

	/** How often a slot has sent: it takes its rooms in turn. */
	private final int[] turns;

	private int sent;

	private int complete;

	private long begin;

	private long deliveries;

	Phase(List<Room> rooms, Pace pace, int amount, int messages, EventLoop loop) {
		this.rooms = rooms;
		this.pace = pace;
		this.amount = amount;
		this.messages = messages;
		this.loop = loop;
		this.turns = new int[(pace == Pace.RATE) ? 1 : amount];
	}

	CompletableFuture<Phase> end() {
		return this.end;
	}

	Histogram latencies() {
		return this.latencies;
	}

	long deliveries() {
		return this.deliveries;
	}

	void begin() {
		this.begin = System.nanoTime();
		switch (this.pace) {
			case WINDOW -> {
				for (int slot = 0; slot < this.amount; slot++) {
					sendNext(slot);
				}
			}
			case BURST -> burst();
			case RATE -> sendDue();
		}
	}

	private void sendNext(int slot) {
		if (this.sent < this.messages) {
			send(System.nanoTime(), slot, true);
		}
	}

	private void burst() {
		long now = System.nanoTime();
		for (int slot = 0; slot < this.amount; slot++) {
			send(now, slot, false);
		}
		this.rooms.forEach(Room::flush);
	}

	/**
	 * Send what should have left by now, and come back when the next is due.
	 */
	private void sendDue() {
		long next = due();
		while (this.sent < this.messages && next - System.nanoTime() <= 0) {
			send(next, 0, true);
			next = due();
		}
		if (this.sent < this.messages && !this.end.isDone()) {
			this.loop.schedule(this::sendDue, next - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
	}

	private long due() {
		return this.begin + this.sent * NANOS_PER_SECOND / this.amount;
	}

	private void send(long since, int slot, boolean flush) {
		this.sent++;
		this.rooms.get(nextRoom(slot)).say(since, slot, flush);
	}

	/**
	 * Where there are enough rooms, each slot has some of its own, so that no two
	 * messages meet in one.
	 */
	private int nextRoom(int slot) {
		int slots = this.turns.length;
		if (slots >= this.rooms.size()) {
			return slot % this.rooms.size();
		}
		int own = (this.rooms.size() - slot + slots - 1) / slots;
		return slot + (this.turns[slot]++ % own) * slots;
	}

	/**
	 * One member has got a message.
	 */
	void delivered(Room.Message message, long now) {
		this.deliveries++;
		this.latencies.recordValue(now - message.since());
		if (message.arrived()) {
			this.complete++;
			if (this.complete == this.messages) {
				this.end.complete(this);
			}
			else if (this.pace == Pace.WINDOW) {
				sendNext(message.slot());
			}
			else if (this.pace == Pace.BURST && this.complete == this.sent) {
				burst();
			}
		}
	}

	/**
	 * Return what has not come of what was sent.
	 */
	long missing() {
		long members = this.rooms.get(0).members().size();
		return this.sent * members - this.deliveries;
	}

	/**
	 * Nothing has come for long: do not wait for what is missing.
	 */
	void giveUp() {
		this.end.complete(this);
	}

}
