package dev.channels.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * How long connections and workers have at shutdown. They end side by side, in one phase
 * of Spring's shutdown, and have to be done before Spring goes on without them.
 */
final class ShutdownTimeout {

	private static final String PHASE = "spring.lifecycle.timeout-per-shutdown-phase";

	private static final Duration DEFAULT_PHASE = Duration.ofSeconds(30);

	private ShutdownTimeout() {
	}

	/**
	 * Return the configured timeout, or a little less than a phase of the shutdown if
	 * that is shorter: what is left then is cut, which takes a moment.
	 */
	static Duration of(ChannelsProperties properties, Environment environment) {
		Duration phase = Binder.get(environment).bind(PHASE, Duration.class).orElse(DEFAULT_PHASE);
		Duration within = phase.minus(phase.dividedBy(10));
		Duration configured = properties.shutdownTimeout();
		return (configured.compareTo(within) < 0) ? configured : within;
	}

}
