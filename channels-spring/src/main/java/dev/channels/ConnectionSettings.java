package dev.channels;

import java.time.Duration;

import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * Limits and deadlines of a connection. A duration of zero switches pings, the idle
 * timeout or the lifetime off; the others have to be positive.
 *
 * @param connectTimeout how long an asynchronous {@link OnConnect} may take before the
 * client is answered 503 (default 5 s)
 * @param joinTimeout how long the handshake waits for the channel layer to acknowledge
 * joins; afterwards the connection opens and is joined later (default 2 s)
 * @param maxMessageSize largest client message, in bytes of UTF-8 for text; larger ones
 * close with code 1009 (default 1 MB)
 * @param outboundLimit bytes that may wait to be written to the client (default 512 KB).
 * A single larger message is taken if nothing else waits
 * @param slowConsumer what happens above that limit (default
 * {@link SlowConsumerPolicy#CLOSE})
 * @param sendTimeout how long one write may be stuck before the connection is cut; also
 * how long a close waits for the messages before it (default 10 s)
 * @param pingInterval time between two pings of the server (default 20 s)
 * @param pongTimeout how long after a ping the client may be silent before the connection
 * is taken for lost (default 30 s)
 * @param idleTimeout how long a connection may go without a client message, before it is
 * closed with code 1000 (default: off)
 * @param maxLifetime age at which a connection is closed with code 1001 (default: off)
 * @since 0.1.0
 */
public record ConnectionSettings(Duration connectTimeout, Duration joinTimeout, DataSize maxMessageSize,
		DataSize outboundLimit, SlowConsumerPolicy slowConsumer, Duration sendTimeout, Duration pingInterval,
		Duration pongTimeout, Duration idleTimeout, Duration maxLifetime) {

	private static final long MAX_MESSAGE_SIZE_LIMIT = Integer.MAX_VALUE / 4;

	/**
	 * Create the settings.
	 * @throws IllegalArgumentException if a value is out of range
	 */
	public ConnectionSettings {
		requirePositive("connect-timeout", connectTimeout);
		requirePositive("join-timeout", joinTimeout);
		requirePositive("send-timeout", sendTimeout);
		requirePositive("pong-timeout", pongTimeout);
		requireNotNegative("ping-interval", pingInterval);
		requireNotNegative("idle-timeout", idleTimeout);
		requireNotNegative("max-lifetime", maxLifetime);
		Assert.isTrue(maxMessageSize.toBytes() > 0 && maxMessageSize.toBytes() <= MAX_MESSAGE_SIZE_LIMIT,
				() -> "max-message-size must be from 1 to " + MAX_MESSAGE_SIZE_LIMIT + " bytes, not " + maxMessageSize);
		Assert.isTrue(outboundLimit.toBytes() > 0, () -> "outbound-limit must be positive, not " + outboundLimit);
	}

	/**
	 * Return the default settings.
	 * @return the settings
	 */
	public static ConnectionSettings defaults() {
		return new ConnectionSettings(Duration.ofSeconds(5), Duration.ofSeconds(2), DataSize.ofMegabytes(1),
				DataSize.ofKilobytes(512), SlowConsumerPolicy.CLOSE, Duration.ofSeconds(10), Duration.ofSeconds(20),
				Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO);
	}

	private static void requirePositive(String name, Duration value) {
		Assert.isTrue(value.compareTo(Duration.ZERO) > 0, () -> name + " must be positive, not " + value);
	}

	private static void requireNotNegative(String name, Duration value) {
		Assert.isTrue(!value.isNegative(), () -> name + " must not be negative, not " + value);
	}

}
