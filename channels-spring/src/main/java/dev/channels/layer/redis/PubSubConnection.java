package dev.channels.layer.redis;

import java.net.SocketAddress;
import java.util.List;
import java.util.Set;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Subscribes on one connection, which the client opens again when it is lost. Its
 * callbacks run on an I/O thread.
 */
final class PubSubConnection extends RedisPubSubAdapter<String, byte[]>
		implements Listening, RedisConnectionStateListener {

	/** The name of this connection among the ways of probes. */
	static final String NAME = "subscriptions";

	private final StatefulRedisPubSubConnection<String, byte[]> connection;

	private final Subscriptions subscriptions;

	private final Events events;

	private volatile boolean closed;

	PubSubConnection(StatefulRedisPubSubConnection<String, byte[]> connection, Subscriptions subscriptions,
			Events events) {
		this.connection = connection;
		this.subscriptions = subscriptions;
		this.events = events;
	}

	@Override
	public void open() {
		this.connection.addListener((RedisConnectionStateListener) this);
		this.connection.addListener((RedisPubSubListener<String, byte[]>) this);
		this.subscriptions.connected(this);
	}

	@Override
	public void mute() {
		this.closed = true;
		this.subscriptions.disconnected(this);
	}

	@Override
	public void close() {
		mute();
		this.connection.closeAsync();
	}

	@Override
	public Set<String> names() {
		return Set.of(NAME);
	}

	@Override
	public void subscribe(List<String> channels) {
		this.connection.async().subscribe(channels.toArray(String[]::new)).whenComplete((done, failure) -> {
			if (failure != null && !this.closed) {
				if (RedisProblems.isForbidden(failure)) {
					this.subscriptions.refused(this, channels);
				}
				this.events.refused(failure);
			}
		});
	}

	@Override
	public void unsubscribe(List<String> channels) {
		this.connection.async().unsubscribe(channels.toArray(String[]::new));
	}

	@Override
	public void message(String channel, byte[] message) {
		if (!this.closed) {
			this.events.message(NAME, channel, message);
		}
	}

	@Override
	public void subscribed(String channel, long count) {
		this.subscriptions.subscribed(this, channel);
	}

	@Override
	public void unsubscribed(String channel, long count) {
		this.subscriptions.unsubscribed(this, channel);
	}

	@Override
	public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
		if (!this.closed) {
			this.subscriptions.connected(this);
			this.events.connected();
		}
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
		if (!this.closed) {
			this.subscriptions.disconnected(this);
			this.events.disconnected();
		}
	}

}
