package dev.channels;

import java.time.Duration;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link ConnectionSettings}.
 */
class ConnectionSettingsTests {

	private static final Duration NEGATIVE = Duration.ofMillis(-1);

	@Test
	void defaultsAreTheDocumentedOnes() {
		ConnectionSettings settings = ConnectionSettings.defaults();
		assertThat(settings).isEqualTo(new ConnectionSettings(Duration.ofSeconds(5), Duration.ofSeconds(2),
				DataSize.ofMegabytes(1), DataSize.ofKilobytes(512), DataSize.ofKilobytes(128), SlowConsumerPolicy.CLOSE,
				Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO,
				Duration.ofSeconds(30), Duration.ZERO));
	}

	@Test
	void requiresPositiveConnectTimeout() {
		assertRefused((it) -> it.connectTimeout(Duration.ZERO), "connect-timeout must be positive, not PT0S");
		assertRefused((it) -> it.connectTimeout(NEGATIVE), "connect-timeout must be positive, not PT-0.001S");
	}

	@Test
	void requiresPositiveJoinTimeout() {
		assertRefused((it) -> it.joinTimeout(Duration.ZERO), "join-timeout must be positive, not PT0S");
		assertRefused((it) -> it.joinTimeout(NEGATIVE), "join-timeout must be positive, not PT-0.001S");
	}

	@Test
	void requiresPositiveSendTimeout() {
		assertRefused((it) -> it.sendTimeout(Duration.ZERO), "send-timeout must be positive, not PT0S");
		assertRefused((it) -> it.sendTimeout(NEGATIVE), "send-timeout must be positive, not PT-0.001S");
	}

	@Test
	void requiresPositivePongTimeout() {
		assertRefused((it) -> it.pongTimeout(Duration.ZERO), "pong-timeout must be positive, not PT0S");
		assertRefused((it) -> it.pongTimeout(NEGATIVE), "pong-timeout must be positive, not PT-0.001S");
	}

	@Test
	void refusesNegativeLimitsThatZeroSwitchesOff() {
		assertRefused((it) -> it.pingInterval(NEGATIVE), "ping-interval must not be negative, not PT-0.001S");
		assertRefused((it) -> it.idleTimeout(NEGATIVE), "idle-timeout must not be negative, not PT-0.001S");
		assertRefused((it) -> it.maxLifetime(NEGATIVE), "max-lifetime must not be negative, not PT-0.001S");
		assertRefused((it) -> it.messageTimeout(NEGATIVE), "message-timeout must not be negative, not PT-0.001S");
		assertRefused((it) -> it.handlerTimeout(NEGATIVE), "handler-timeout must not be negative, not PT-0.001S");
	}

	@Test
	void takesZeroForLimitsThatItSwitchesOff() {
		Builder builder = new Builder().pingInterval(Duration.ZERO).idleTimeout(Duration.ZERO);
		assertThatCode(() -> builder.maxLifetime(Duration.ZERO).build()).doesNotThrowAnyException();
	}

	@Test
	void boundsMaxMessageSize() {
		assertRefused((it) -> it.maxMessageSize(0), "max-message-size must be from 1 to 536870911 bytes, not 0B");
		assertRefused((it) -> it.maxMessageSize(-1), "max-message-size must be from 1 to 536870911 bytes, not -1B");
		assertRefused((it) -> it.maxMessageSize(536870912),
				"max-message-size must be from 1 to 536870911 bytes, not 536870912B");
	}

	@Test
	void takesTheBoundsOfMaxMessageSizeThemselves() {
		assertThat(new Builder().maxMessageSize(1).build().maxMessageSize().toBytes()).isEqualTo(1);
		assertThat(new Builder().maxMessageSize(536870911).build().maxMessageSize().toBytes()).isEqualTo(536870911);
	}

	@Test
	void requiresPositiveOutboundLimit() {
		assertRefused((it) -> it.outboundLimit(0), "outbound-limit must be positive, not 0B");
		assertRefused((it) -> it.outboundLimit(-1), "outbound-limit must be positive, not -1B");
	}

	@Test
	void boundsSendBuffer() {
		assertRefused((it) -> it.sendBuffer(-1), "send-buffer must be from 0 to 2147483647 bytes, not -1B");
		assertRefused((it) -> it.sendBuffer(2147483648L),
				"send-buffer must be from 0 to 2147483647 bytes, not 2147483648B");
		assertThat(new Builder().sendBuffer(0).build().sendBuffer().toBytes()).isZero();
	}

	private static void assertRefused(UnaryOperator<Builder> change, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> change.apply(new Builder()).build()).withMessage(message);
	}

	private static final class Builder {

		private Duration connectTimeout = Duration.ofSeconds(1);

		private Duration joinTimeout = Duration.ofSeconds(1);

		private DataSize maxMessageSize = DataSize.ofBytes(10);

		private DataSize outboundLimit = DataSize.ofBytes(10);

		private DataSize sendBuffer = DataSize.ofBytes(10);

		private Duration sendTimeout = Duration.ofSeconds(1);

		private Duration pingInterval = Duration.ofSeconds(1);

		private Duration pongTimeout = Duration.ofSeconds(1);

		private Duration idleTimeout = Duration.ofSeconds(1);

		private Duration maxLifetime = Duration.ofSeconds(1);

		private Duration messageTimeout = Duration.ofSeconds(1);

		private Duration handlerTimeout = Duration.ofSeconds(1);

		Builder messageTimeout(Duration value) {
			this.messageTimeout = value;
			return this;
		}

		Builder handlerTimeout(Duration value) {
			this.handlerTimeout = value;
			return this;
		}

		Builder connectTimeout(Duration value) {
			this.connectTimeout = value;
			return this;
		}

		Builder joinTimeout(Duration value) {
			this.joinTimeout = value;
			return this;
		}

		Builder maxMessageSize(long bytes) {
			this.maxMessageSize = DataSize.ofBytes(bytes);
			return this;
		}

		Builder outboundLimit(long bytes) {
			this.outboundLimit = DataSize.ofBytes(bytes);
			return this;
		}

		Builder sendBuffer(long bytes) {
			this.sendBuffer = DataSize.ofBytes(bytes);
			return this;
		}

		Builder sendTimeout(Duration value) {
			this.sendTimeout = value;
			return this;
		}

		Builder pingInterval(Duration value) {
			this.pingInterval = value;
			return this;
		}

		Builder pongTimeout(Duration value) {
			this.pongTimeout = value;
			return this;
		}

		Builder idleTimeout(Duration value) {
			this.idleTimeout = value;
			return this;
		}

		Builder maxLifetime(Duration value) {
			this.maxLifetime = value;
			return this;
		}

		ConnectionSettings build() {
			return new ConnectionSettings(this.connectTimeout, this.joinTimeout, this.maxMessageSize,
					this.outboundLimit, this.sendBuffer, SlowConsumerPolicy.CLOSE, this.sendTimeout, this.pingInterval,
					this.pongTimeout, this.idleTimeout, this.maxLifetime, this.messageTimeout, this.handlerTimeout);
		}

	}

}
