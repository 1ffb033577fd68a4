package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the application's listener where it may block, and survives what it throws. Of
 * removed members, which may be those of 100,000 groups, one task tells after the other.
 */
final class CallbackListener implements RedisLayerListener {

	private static final Log logger = LogFactory.getLog(CallbackListener.class);

	private final RedisLayerListener listener;

	private final Callbacks callbacks;

	private final Queue<Runnable> removals = new ConcurrentLinkedQueue<>();

	/** How many removals have been added and not been told of. */
	private final AtomicInteger waiting = new AtomicInteger();

	CallbackListener(RedisLayerListener listener, Callbacks callbacks) {
		this.listener = listener;
		this.callbacks = callbacks;
	}

	@Override
	public void gapEnded(Duration duration) {
		this.callbacks.execute(() -> tell(() -> this.listener.gapEnded(duration)));
	}

	@Override
	public void membersRemoved(String group, List<String> channelNames) {
		this.removals.add(() -> this.listener.membersRemoved(group, channelNames));
		if (this.waiting.getAndIncrement() == 0) {
			this.callbacks.execute(this::tellOfRemovals);
		}
	}

	private void tellOfRemovals() {
		do {
			tell(this.removals.remove());
		}
		while (this.waiting.decrementAndGet() > 0);
	}

	private static void tell(Runnable call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			logger.error("A RedisLayerListener has failed", ex);
		}
	}

}
