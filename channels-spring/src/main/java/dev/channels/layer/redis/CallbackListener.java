package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the application's listener where it may block, and survives what it throws.
 */
final class CallbackListener implements RedisLayerListener {

	private static final Log logger = LogFactory.getLog(CallbackListener.class);

	private final RedisLayerListener listener;

	private final Callbacks callbacks;

	CallbackListener(RedisLayerListener listener, Callbacks callbacks) {
		this.listener = listener;
		this.callbacks = callbacks;
	}

	@Override
	public void gapEnded(Duration duration) {
		tell(() -> this.listener.gapEnded(duration));
	}

	@Override
	public void membersRemoved(String group, List<String> channelNames) {
		tell(() -> this.listener.membersRemoved(group, channelNames));
	}

	private void tell(Runnable task) {
		this.callbacks.execute(() -> {
			try {
				task.run();
			}
			catch (RuntimeException ex) {
				logger.error("A RedisLayerListener has failed", ex);
			}
		});
	}

}
