package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has to wait, each for the same time, so that what came first is due first: to ask
 * what is due costs nothing if it is nothing. Not safe for use by several threads.
 *
 * @param <E> what waits
 */
final class TimeQueue<E> {

	private final long delay;

	private final Map<E, Long> since = new LinkedHashMap<>();

	TimeQueue(Duration delay) {
		this.delay = delay.toNanos();
	}

	/**
	 * Begin to wait. An element that waits already waits on.
	 */
	void add(E element, long now) {
		this.since.putIfAbsent(element, now);
	}

	void remove(E element) {
		this.since.remove(element);
	}

	/**
	 * Take what has waited longer than the delay.
	 */
	List<E> takeDue(long now) {
		List<E> due = new ArrayList<>();
		Iterator<Map.Entry<E, Long>> all = this.since.entrySet().iterator();
		while (all.hasNext()) {
			Map.Entry<E, Long> first = all.next();
			if (now - first.getValue() <= this.delay) {
				break;
			}
			due.add(first.getKey());
			all.remove();
		}
		return due;
	}

	/**
	 * Take what came first, however long it has waited.
	 * @param limit how many at most
	 */
	List<E> take(int limit) {
		List<E> taken = new ArrayList<>();
		Iterator<E> all = this.since.keySet().iterator();
		while (taken.size() < limit && all.hasNext()) {
			taken.add(all.next());
			all.remove();
		}
		return taken;
	}

	int size() {
		return this.since.size();
	}

}
