package dev.channels.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import dev.channels.layer.redis.RedisLayerListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Tells all listeners, whatever one of them throws. The application's are looked for when
 * there is something to tell: they may want {@code Channels}, which wants this layer.
 */
final class RedisLayerListeners implements RedisLayerListener {

	private static final Log logger = LogFactory.getLog(RedisLayerListeners.class);

	private final RedisLayerListener first;

	private final ObjectProvider<RedisLayerListener> application;

	RedisLayerListeners(RedisLayerListener first, ObjectProvider<RedisLayerListener> application) {
		this.first = first;
		this.application = application;
	}

	@Override
	public void gapEnded(Duration duration) {
		tell((listener) -> listener.gapEnded(duration));
	}

	@Override
	public void membersRemoved(String group, List<String> channelNames) {
		tell((listener) -> listener.membersRemoved(group, channelNames));
	}

	private void tell(Consumer<RedisLayerListener> action) {
		action.accept(this.first);
		this.application.orderedStream().forEach((listener) -> {
			try {
				action.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.error(listener.getClass().getName() + " has failed", ex);
			}
		});
	}

}
