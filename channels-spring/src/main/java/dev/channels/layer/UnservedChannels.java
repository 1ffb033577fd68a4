package dev.channels.layer;

import java.util.Collection;

import org.apache.commons.logging.LogFactory;

/**
 * Warns of events for worker channels that nobody serves: they wait for ever, and more so
 * if their names are made up at run time. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class UnservedChannels {

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(UnservedChannels.class));

	/**
	 * Tell that a channel got its first event, and has no worker that anybody knows of.
	 * @param channel the channel
	 * @param capacity how many events may wait in it
	 * @param served the channels that have workers on this node, one of which may have
	 * been meant
	 */
	public void warn(ChannelName channel, int capacity, Collection<ChannelName> served) {
		this.log.warn(() -> "Worker channel '" + channel + "' has no worker: up to " + capacity
				+ " events wait there for ever. Correct the name, add a route with 'channel: " + channel
				+ "', or set worker-expiry"
				+ DidYouMean.suffix(channel.value(), served.stream().map(ChannelName::value).toList()));
	}

}
