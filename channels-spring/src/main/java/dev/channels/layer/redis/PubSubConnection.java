package dev.channels.layer.redis;

import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Subscribes on one connection, and tells {@link Subscriptions} what came of it. Its
 * callbacks run on an I/O thread.
 */
final class PubSubConnection extends RedisPubSubAdapter<String, byte[]>
		implements Subscriptions.PubSub, RedisConnectionStateListener {

	private static final Log logger = LogFactory.getLog(PubSubConnection.class);

	private final StatefulRedisPubSubConnection<String, byte[]> connection;

	private final boolean sharded;

	private final Subscriptions subscriptions;

	private final Listener listener;

	private volatile boolean closed;

	PubSubConnection(StatefulRedisPubSubConnection<String, byte[]> connection, boolean sharded,
			Subscriptions subscriptions, Listener listener) {
		this.connection = connection;
		this.sharded = sharded;
		this.subscriptions = subscriptions;
		this.listener = listener;
	}

	void open() {
		this.connection.addListener((RedisConnectionStateListener) this);
		this.connection.addListener((RedisPubSubListener<String, byte[]>) this);
		this.subscriptions.connected(this);
	}

	/**
	 * Hear no more of it: what an old connection still has to say would be a duplicate.
	 */
	void close() {
		this.closed = true;
		this.subscriptions.disconnected(this);
	}

	@Override
	public void subscribe(List<String> channels) {
		if (this.sharded) {
			// channels of different slots cannot share a command
			channels.forEach((channel) -> sent(this.connection.async().ssubscribe(channel)));
		}
		else {
			sent(this.connection.async().subscribe(channels.toArray(String[]::new)));
		}
	}

	private void sent(CompletionStage<Void> subscribed) {
		subscribed.whenComplete((done, failure) -> {
			if (failure != null && !this.closed) {
				this.listener.refused(failure);
			}
		});
	}

	@Override
	public void unsubscribe(List<String> channels) {
		if (this.sharded) {
			channels.forEach((channel) -> this.connection.async().sunsubscribe(channel));
		}
		else {
			this.connection.async().unsubscribe(channels.toArray(String[]::new));
		}
	}

	@Override
	public void message(String channel, byte[] message) {
		if (this.closed) {
			return;
		}
		try {
			this.listener.message(channel, message);
		}
		catch (RuntimeException ex) {
			logger.error("A message of Redis channel " + channel + " could not be delivered", ex);
		}
	}

	@Override
	public void subscribed(String channel, long count) {
		this.subscriptions.subscribed(this, channel);
	}

	@Override
	public void unsubscribed(String channel, long count) {
		if (this.subscriptions.unsubscribed(this, channel)) {
			this.listener.slotMoved();
		}
	}

	// the adapter takes sharded pub/sub for something else, and ignores it

	@Override
	public void smessage(String channel, byte[] message) {
		message(channel, message);
	}

	@Override
	public void ssubscribed(String channel, long count) {
		subscribed(channel, count);
	}

	@Override
	public void sunsubscribed(String channel, long count) {
		unsubscribed(channel, count);
	}

	@Override
	public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
		if (!this.closed) {
			this.subscriptions.connected(this);
			this.listener.connected();
		}
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
		if (!this.closed) {
			this.subscriptions.disconnected(this);
			this.listener.disconnected();
		}
	}

	/**
	 * Told on an I/O thread what happens to the connection.
	 */
	interface Listener {

		/**
		 * Something was published.
		 */
		void message(String channel, byte[] message);

		/**
		 * The connection is there again.
		 */
		void connected();

		/**
		 * The connection is lost.
		 */
		void disconnected();

		/**
		 * Redis has ended a subscription by itself.
		 */
		void slotMoved();

		/**
		 * Redis did not take a subscription.
		 */
		void refused(Throwable failure);

	}

}
