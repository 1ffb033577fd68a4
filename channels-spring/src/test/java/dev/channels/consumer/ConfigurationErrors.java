package dev.channels.consumer;

import dev.channels.ChannelsConfigurationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Asserts what a start that cannot work says.
 */
final class ConfigurationErrors {

	private ConfigurationErrors() {
	}

	static void assertRefused(ThrowingCallable start, String description, String action) {
		assertThatExceptionOfType(ChannelsConfigurationException.class).isThrownBy(start)
			.withMessage(description)
			.returns(action, ChannelsConfigurationException::action);
	}

}
