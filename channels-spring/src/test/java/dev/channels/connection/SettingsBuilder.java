package dev.channels.connection;

import java.time.Duration;

import dev.channels.ConnectionSettings;
import dev.channels.SlowConsumerPolicy;

import org.springframework.util.unit.DataSize;

/**
 * Settings of a connection under test: deadlines are far away unless they are set.
 */
final class SettingsBuilder {

	private static final Duration FAR = Duration.ofMinutes(10);

	private Duration connectTimeout = FAR;

	private Duration joinTimeout = FAR;

	private DataSize outboundLimit = DataSize.ofKilobytes(512);

	private SlowConsumerPolicy policy = SlowConsumerPolicy.CLOSE;

	private Duration sendTimeout = FAR;

	private Duration pingInterval = Duration.ZERO;

	private Duration pongTimeout = FAR;

	private Duration idleTimeout = Duration.ZERO;

	private Duration maxLifetime = Duration.ZERO;

	private Duration messageTimeout = Duration.ZERO;

	private Duration handlerTimeout = Duration.ZERO;

	SettingsBuilder connectTimeout(Duration value) {
		this.connectTimeout = value;
		return this;
	}

	SettingsBuilder joinTimeout(Duration value) {
		this.joinTimeout = value;
		return this;
	}

	SettingsBuilder outbound(long limit, SlowConsumerPolicy policy) {
		this.outboundLimit = DataSize.ofBytes(limit);
		this.policy = policy;
		return this;
	}

	SettingsBuilder sendTimeout(Duration value) {
		this.sendTimeout = value;
		return this;
	}

	SettingsBuilder pings(Duration interval, Duration pongTimeout) {
		this.pingInterval = interval;
		this.pongTimeout = pongTimeout;
		return this;
	}

	SettingsBuilder idleTimeout(Duration value) {
		this.idleTimeout = value;
		return this;
	}

	SettingsBuilder maxLifetime(Duration value) {
		this.maxLifetime = value;
		return this;
	}

	SettingsBuilder messageTimeout(Duration value) {
		this.messageTimeout = value;
		return this;
	}

	SettingsBuilder handlerTimeout(Duration value) {
		this.handlerTimeout = value;
		return this;
	}

	ConnectionSettings build() {
		return new ConnectionSettings(this.connectTimeout, this.joinTimeout, DataSize.ofMegabytes(1),
				this.outboundLimit, DataSize.ofKilobytes(128), this.policy, this.sendTimeout, this.pingInterval,
				this.pongTimeout, this.idleTimeout, this.maxLifetime, this.messageTimeout, this.handlerTimeout);
	}

}
