package dev.channels.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.channels.SlowConsumerPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of Channels. Unknown names stop the start ({@link UnknownProperties}).
 *
 * @param layers Channel layers by alias. The layer 'default' is there in any case.
 * @param routes Routes of connections and worker channels.
 * @param allowedOrigins Origins that may connect to all routes that do not say otherwise,
 * beside the same origin. With an asterisk they are patterns.
 * @param connection Limits and deadlines of connections on all routes.
 * @param workers Worker channels.
 * @param threads Threads that run handlers and write to clients.
 * @param tomcat What it costs Tomcat to hold a connection.
 * @param shutdownTimeout How long the shutdown waits for connections and workers to end,
 * all at the same time. At most nine tenths of
 * 'spring.lifecycle.timeout-per-shutdown-phase'.
 * @since 0.1.0
 */
@ConfigurationProperties("channels")
public record ChannelsProperties(@DefaultValue Map<String, Layer> layers, @DefaultValue List<Route> routes,
		@DefaultValue List<String> allowedOrigins, @DefaultValue Connection connection, @DefaultValue Workers workers,
		@DefaultValue Threads threads, @DefaultValue Tomcat tomcat, @DefaultValue("20s") Duration shutdownTimeout) {

	/**
	 * A channel layer.
	 *
	 * @param backend What carries events: 'memory' within one process, 'redis' between
	 * nodes, or one of your own. Defaults to 'memory'.
	 * @param capacity How many events may wait in one channel.
	 * @param channelCapacity Capacities of channels whose name matches a pattern; the
	 * first that matches counts.
	 * @param expiry How long an event may wait in the mailbox of a connection.
	 * @param workerExpiry How long an event may wait for a worker, zero for ever.
	 * @param groupExpiry After how long the membership of a channel that nobody serves is
	 * forgotten.
	 * @param serializer Format of events between nodes. What the other format wrote is
	 * read as well.
	 * @param encryptionKeys Keys that encrypt events between nodes: the first encrypts,
	 * all decrypt. Without one events are not encrypted.
	 * @param redis Settings of the backend 'redis'.
	 * @param properties Properties of a backend of your own.
	 */
	public record Layer(@Nullable String backend, @DefaultValue("1000") int capacity,
			@DefaultValue List<ChannelCapacity> channelCapacity, @DefaultValue("60s") Duration expiry,
			@DefaultValue("0s") Duration workerExpiry, @DefaultValue("24h") Duration groupExpiry,
			@DefaultValue("json") Serializer serializer, @Nullable List<String> encryptionKeys,
			@DefaultValue Redis redis, @DefaultValue Map<String, String> properties) {

	}

	/**
	 * A format of events between nodes.
	 */
	public enum Serializer {

		/**
		 * JSON.
		 */
		JSON,

		/**
		 * MessagePack, as Django Channels writes it. Needs org.msgpack:msgpack-core.
		 */
		MSGPACK

	}

	/**
	 * Settings of the backend 'redis'. Where Redis is stands at 'spring.data.redis'.
	 *
	 * @param connectionFactory Name of the bean that knows where Redis is, if there are
	 * several.
	 * @param prefix Beginning of all names in Redis. Defaults to 'asgi' for the layer
	 * 'default', and to 'asgi-' followed by its alias for another one.
	 * @param shardedPubsub Whether to use sharded pub/sub, on Redis Cluster only.
	 * @param djangoInterop Whether Django applications can send to single connections.
	 * @param nodeLease How long a node that does not say a word is taken for alive.
	 * @param claimTimeout How long an event of a worker channel may be in the hands of a
	 * worker that does not say a word before another one gets it.
	 * @param failFast Whether the start fails if Redis is not there.
	 */
	public record Redis(@Nullable String connectionFactory, @Nullable String prefix,
			@DefaultValue("false") boolean shardedPubsub, @DefaultValue("false") boolean djangoInterop,
			@DefaultValue("6s") Duration nodeLease, @DefaultValue("10s") Duration claimTimeout,
			@DefaultValue("false") boolean failFast) {

	}

	/**
	 * The capacity of some channels.
	 *
	 * @param pattern Channel name in which an asterisk stands for any text.
	 * @param capacity How many events may wait in each of these channels.
	 */
	public record ChannelCapacity(@Nullable String pattern, @DefaultValue("1000") int capacity) {

	}

	/**
	 * A route: of connections if it has a path, of a worker channel if it has a channel,
	 * or of further routes.
	 *
	 * @param path Path pattern, appended to that of the parent.
	 * @param channel Name of a worker channel.
	 * @param consumer Name of the consumer.
	 * @param allowedOrigins Origins that may connect beside the same origin. With an
	 * asterisk they are patterns.
	 * @param subprotocols Supported subprotocols.
	 * @param connection Limits and deadlines of the connections of this route.
	 * @param concurrency How many events of a worker channel are handled at the same time
	 * on this node.
	 * @param retry What to do with an event that a worker could not handle.
	 * @param routes Routes below this one, which inherit its path and settings.
	 */
	public record Route(@Nullable String path, @Nullable String channel, @Nullable String consumer,
			@Nullable List<String> allowedOrigins, @Nullable List<String> subprotocols,
			@DefaultValue Connection connection, @Nullable Integer concurrency, @DefaultValue Retry retry,
			@DefaultValue List<Route> routes) {

	}

	/**
	 * Limits and deadlines of connections. What is not set is inherited.
	 *
	 * @param connectTimeout How long a connect handler may take before the client is
	 * answered 503. Defaults to 5 seconds.
	 * @param joinTimeout How long the handshake waits for the channel layer to
	 * acknowledge joins. Defaults to 2 seconds.
	 * @param maxMessageSize Largest client message, in bytes of UTF-8 for text. Defaults
	 * to 1 MB.
	 * @param outboundLimit How much may wait to be written to a client, 64 bytes more
	 * counted for each message. Defaults to 512 KB.
	 * @param sendBuffer How much the operating system may hold for a client that has not
	 * taken it yet, zero for what it thinks best. Defaults to 128 KB.
	 * @param slowConsumer What happens when more would wait. Defaults to close.
	 * @param sendTimeout How long one write may be stuck before the connection is cut.
	 * One that moves is not. Defaults to 10 seconds.
	 * @param pingInterval Time between two pings of the server, zero for none. Defaults
	 * to 20 seconds.
	 * @param pongTimeout How long after a ping the client may be silent. Defaults to 30
	 * seconds.
	 * @param idleTimeout How long a connection may go without a client message, zero for
	 * ever. Defaults to zero.
	 * @param maxLifetime Age at which a connection is closed, up to a tenth earlier, zero
	 * for never. Defaults to zero.
	 * @param messageTimeout How long a client message of which parts have come may make
	 * no progress before the connection is closed, zero for ever. Defaults to 30 seconds.
	 * @param handlerTimeout How long a handler may take before the connection is closed,
	 * zero for ever. Defaults to zero.
	 */
	public record Connection(@Nullable Duration connectTimeout, @Nullable Duration joinTimeout,
			@Nullable DataSize maxMessageSize, @Nullable DataSize outboundLimit, @Nullable DataSize sendBuffer,
			@Nullable SlowConsumerPolicy slowConsumer, @Nullable Duration sendTimeout, @Nullable Duration pingInterval,
			@Nullable Duration pongTimeout, @Nullable Duration idleTimeout, @Nullable Duration maxLifetime,
			@Nullable Duration messageTimeout, @Nullable Duration handlerTimeout) {

	}

	/**
	 * What to do with an event that a worker could not handle. What is not set is
	 * inherited.
	 *
	 * @param maxAttempts How often to try in all before the event becomes a dead letter.
	 * Defaults to 5.
	 * @param backoff How long to wait before the second attempt; twice as long before
	 * each further one. Defaults to 1 second.
	 * @param maxBackoff Longest wait between two attempts. Defaults to 1 minute.
	 */
	public record Retry(@Nullable Integer maxAttempts, @Nullable Duration backoff, @Nullable Duration maxBackoff) {

	}

	/**
	 * Worker channels.
	 *
	 * @param enabled Whether this node serves worker channels.
	 */
	public record Workers(@DefaultValue("true") boolean enabled) {

	}

	/**
	 * Threads.
	 *
	 * @param virtual Whether to use virtual threads. Defaults to
	 * 'spring.threads.virtual.enabled' on Java 21 and newer, and without that to true on
	 * Java 24 and newer, where nothing pins them.
	 * @param maxHandlers Largest number of handlers that can block at the same time,
	 * without virtual threads.
	 * @param maxWriters Largest number of clients that can block a write at the same
	 * time, without virtual threads.
	 */
	public record Threads(@Nullable Boolean virtual, @DefaultValue("512") int maxHandlers,
			@DefaultValue("512") int maxWriters) {

	}

	/**
	 * Tomcat.
	 *
	 * @param smallBuffers Whether the buffers that Tomcat allocates for each WebSocket
	 * connection are of 1 KB instead of 8 KB, in the whole JVM.
	 */
	public record Tomcat(@DefaultValue("true") boolean smallBuffers) {

	}

}
