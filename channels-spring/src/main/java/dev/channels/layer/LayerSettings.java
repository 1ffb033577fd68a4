package dev.channels.layer;

import java.time.Duration;
import java.util.List;

import org.springframework.util.Assert;
import org.springframework.util.PatternMatchUtils;

/**
 * Limits of a channel layer. Defaults are Django's, except for the capacity: 100 loses
 * most of a burst that hand-written servers carry.
 *
 * @param capacity how many events may wait in one channel (default 1,000)
 * @param channelCapacity capacities of channels whose full name matches a pattern; the
 * first that matches counts
 * @param expiry how long an event may wait in the mailbox of a connection (default 60 s)
 * @param workerExpiry how long an event may wait for a worker, zero for ever (default)
 * @param groupExpiry after how long the membership of a channel that nobody serves is
 * forgotten (default 24 hours). That of a living connection never is
 * @since 0.1.0
 */
public record LayerSettings(int capacity, List<ChannelCapacity> channelCapacity, Duration expiry, Duration workerExpiry,
		Duration groupExpiry) {

	/**
	 * Create the settings.
	 * @throws IllegalArgumentException if a value is out of range
	 */
	public LayerSettings {
		Assert.isTrue(capacity > 0, () -> "capacity must be positive, not " + capacity);
		Assert.isTrue(isPositive(expiry), () -> "expiry must be positive, not " + expiry);
		Assert.isTrue(!workerExpiry.isNegative(), () -> "worker-expiry must not be negative, not " + workerExpiry);
		Assert.isTrue(isPositive(groupExpiry), () -> "group-expiry must be positive, not " + groupExpiry);
		channelCapacity = List.copyOf(channelCapacity);
	}

	/**
	 * Return the default settings.
	 * @return the settings
	 */
	public static LayerSettings defaults() {
		return new LayerSettings(1000, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(24));
	}

	/**
	 * Return the capacity of a channel.
	 * @param channel the channel
	 * @return the number of events that may wait in it
	 */
	public int capacityOf(ChannelName channel) {
		for (ChannelCapacity candidate : this.channelCapacity) {
			if (PatternMatchUtils.simpleMatch(candidate.pattern(), channel.value())) {
				return candidate.capacity();
			}
		}
		return this.capacity;
	}

	private static boolean isPositive(Duration duration) {
		return duration.compareTo(Duration.ZERO) > 0;
	}

	/**
	 * The capacity of some channels.
	 *
	 * @param pattern a channel name in which an asterisk stands for any text
	 * @param capacity how many events may wait in each of them
	 */
	public record ChannelCapacity(String pattern, int capacity) {

		/**
		 * Create a capacity.
		 * @throws IllegalArgumentException if the pattern is empty or the capacity not
		 * positive
		 */
		public ChannelCapacity {
			Assert.hasText(pattern, "the pattern of a channel-capacity must not be empty");
			Assert.isTrue(capacity > 0, () -> "capacity of '" + pattern + "' must be positive, not " + capacity);
		}

	}

}
