package dev.channels.autoconfigure;

import dev.channels.ChannelsConfigurationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what is wrong with the configuration, instead of a stack trace.
 */
final class ChannelsConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ChannelsConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ChannelsConfigurationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
