package dev.channels.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says which element of a list is missing before another one, without values: they may be
 * keys.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingElementFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
		List<ConfigurationProperty> unbound = cause.getUnboundProperties()
			.stream()
			.filter((property) -> PropertyNames.ROOT.isAncestorOf(property.getName()))
			.toList();
		if (unbound.isEmpty()) {
			return null;
		}
		return new FailureAnalysis(
				unbound.stream()
					.map((property) -> property.getName() + ": an element before it is missing")
					.collect(Collectors.joining("\n")),
				"A list is replaced as a whole, and counts from [0] in each place where it is written. Write "
						+ "all its elements there: "
						+ unbound.stream().map(WrittenProperties::origin).distinct().collect(Collectors.joining(", "))
						+ ".",
				cause);
	}

}
