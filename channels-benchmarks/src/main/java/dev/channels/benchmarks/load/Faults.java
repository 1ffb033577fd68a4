package dev.channels.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What must not happen, and how often it did.
 *
 * @param lost deliveries that did not come
 * @param doubled deliveries that came again
 * @param outOfOrder deliveries that came after a later one of the same sender
 * @param misdirected deliveries to who is not in the room
 * @param refused connections that were not opened
 * @param broken connections that were not closed as was agreed
 */
public record Faults(long lost, long doubled, long outOfOrder, long misdirected, long refused, long broken) {

	/**
	 * Whether nothing of it happened.
	 * @return {@code true} if so
	 */
	public boolean none() {
		return this.lost + this.doubled + this.outOfOrder + this.misdirected + this.refused + this.broken == 0;
	}

	@Override
	public String toString() {
		List<String> texts = new ArrayList<>();
		add(texts, this.lost, "lost");
		add(texts, this.doubled, "doubled");
		add(texts, this.outOfOrder, "out of order");
		add(texts, this.misdirected, "misdirected");
		add(texts, this.refused, "refused");
		add(texts, this.broken, "broken");
		return texts.isEmpty() ? "none" : String.join(", ", texts);
	}

	private static void add(List<String> texts, long count, String name) {
		if (count > 0) {
			texts.add(count + " " + name);
		}
	}

}
