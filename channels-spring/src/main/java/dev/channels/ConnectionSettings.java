package dev.channels;

import java.time.Duration;

import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * Limits and deadlines of a connection. A duration of zero switches pings, the idle, the
 * message and the handler timeout or the lifetime off; the others have to be positive.
 * <p>
 * Deadlines of what moves bytes measure progress: one that is 10 s long passes when
 * nothing has moved for 10 s, or when it has taken longer than 10 s and was slower than
 * 1,000 bytes per second in all.
 *
 * @param connectTimeout how long {@link OnConnect} may take, with the stage it returns,
 * before the client is answered 503 (default 5 s)
 * @param joinTimeout how long the handshake waits for the channel layer to acknowledge
 * joins; afterwards the connection opens and is joined later (default 2 s)
 * @param maxMessageSize largest client message, in bytes of UTF-8 for text; larger ones
 * close with code 1009 (default 1 MB)
 * @param outboundLimit bytes that may wait to be written to the client, 64 more counted
 * for each message (default 512 KB). A single larger message is taken if nothing else
 * waits
 * @param sendBuffer bytes that the operating system may hold for a client that has not
 * taken them yet, over TCP. Linux takes twice as much, its own costs included. Larger
 * ones carry more to clients that are far away; with smaller ones a client that reads
 * slowly is seen to read, and its pongs come in time (default 128 KB; 0 leaves it to the
 * system)
 * @param slowConsumer what happens above that limit (default
 * {@link SlowConsumerPolicy#CLOSE})
 * @param sendTimeout how long one write may be stuck before the connection is cut; also
 * how long a close waits for the messages before it (default 10 s). Measures progress
 * @param pingInterval time between two pings of the server (default 20 s). The first
 * comes after half of it to all of it, so that connections opened at one moment are not
 * pinged at one moment
 * @param pongTimeout how long after a ping the client may be silent before the connection
 * is taken for lost (default 30 s). A part of a message is an answer as well
 * @param idleTimeout how long a connection may go without a client message or a part of
 * one, before it is closed with code 1000 (default: off)
 * @param maxLifetime age at which a connection is closed with code 1001, up to a tenth
 * earlier so that connections opened at one moment do not come back at one moment
 * (default: off)
 * @param messageTimeout how long a client message of which parts have come may take to
 * its end, before the connection is closed with code 1008 (default 30 s). Measures
 * progress
 * @param handlerTimeout how long a handler may take, with the stage it returns, before
 * the connection is closed with code 1011. A stage is not waited for any longer then, a
 * call that does not return is (default: off; after 60 s there is a warning)
 * @since 0.1.0
 */
public record ConnectionSettings(Duration connectTimeout, Duration joinTimeout, DataSize maxMessageSize,
		DataSize outboundLimit, DataSize sendBuffer, SlowConsumerPolicy slowConsumer, Duration sendTimeout,
		Duration pingInterval, Duration pongTimeout, Duration idleTimeout, Duration maxLifetime,
		Duration messageTimeout, Duration handlerTimeout) {

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
		requireNotNegative("message-timeout", messageTimeout);
		requireNotNegative("handler-timeout", handlerTimeout);
		Assert.isTrue(maxMessageSize.toBytes() > 0 && maxMessageSize.toBytes() <= MAX_MESSAGE_SIZE_LIMIT,
				() -> "max-message-size must be from 1 to " + MAX_MESSAGE_SIZE_LIMIT + " bytes, not " + maxMessageSize);
		Assert.isTrue(outboundLimit.toBytes() > 0, () -> "outbound-limit must be positive, not " + outboundLimit);
		Assert.isTrue(sendBuffer.toBytes() >= 0 && sendBuffer.toBytes() <= Integer.MAX_VALUE,
				() -> "send-buffer must be from 0 to " + Integer.MAX_VALUE + " bytes, not " + sendBuffer);
	}

	/**
	 * Return the default settings.
	 * @return the settings
	 */
	public static ConnectionSettings defaults() {
		return new ConnectionSettings(Duration.ofSeconds(5), Duration.ofSeconds(2), DataSize.ofMegabytes(1),
				DataSize.ofKilobytes(512), DataSize.ofKilobytes(128), SlowConsumerPolicy.CLOSE, Duration.ofSeconds(10),
				Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30),
				Duration.ZERO);
	}

	private static void requirePositive(String name, Duration value) {
		Assert.isTrue(value.compareTo(Duration.ZERO) > 0, () -> name + " must be positive, not " + value);
	}

	private static void requireNotNegative(String name, Duration value) {
		Assert.isTrue(!value.isNegative(), () -> name + " must not be negative, not " + value);
	}

}
