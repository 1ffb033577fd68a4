package dev.channels.autoconfigure;

import dev.channels.ChannelsConfigurationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says what is wrong with the configuration, instead of a stack trace. Comes before the
 * analyzers of the exceptions that ours may be the cause of.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ChannelsConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ChannelsConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ChannelsConfigurationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
