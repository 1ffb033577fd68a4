package dev.channels.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * A room as its members should see it. Used on the event loop alone.
 */
final class Room {

	private final int index;

	private final int senders;

	private final List<ChatClient> members = new ArrayList<>();

	private final List<Message> messages = new ArrayList<>();

	Room(int index, int senders) {
		this.index = index;
		this.senders = senders;
	}

	int index() {
		return this.index;
	}

	List<ChatClient> members() {
		return this.members;
	}

	Message message(int number) {
		return this.messages.get(number);
	}

	/**
	 * Let the next sender in turn say something.
	 * @param since when it should have been said
	 * @param slot who waits for its end
	 * @param flush whether it leaves at once
	 */
	void say(long since, int slot, boolean flush) {
		int number = this.messages.size();
		this.messages.add(new Message(since, slot, this.members.size()));
		sender(number).say(ChatText.of(this.index, number), flush);
	}

	void flush() {
		for (int i = 0; i < this.senders; i++) {
			sender(i).flush();
		}
	}

	void probe() {
		sender(0).say(ChatText.of(this.index, ChatText.PROBE), true);
	}

	private ChatClient sender(int number) {
		return this.members.get(number % this.senders);
	}

	/**
	 * A message that is on its way.
	 */
	static final class Message {

		private final long since;

		private final int slot;

		private int missing;

		Message(long since, int slot, int missing) {
			this.since = since;
			this.slot = slot;
			this.missing = missing;
		}

		long since() {
			return this.since;
		}

		int slot() {
			return this.slot;
		}

		/**
		 * One more member has it.
		 * @return whether all have it
		 */
		boolean arrived() {
			this.missing--;
			return this.missing == 0;
		}

	}

}
