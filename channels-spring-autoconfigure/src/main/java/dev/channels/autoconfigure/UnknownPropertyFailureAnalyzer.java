package dev.channels.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.channels.layer.DidYouMean;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;

/**
 * Says which property does not exist, without its value: a misspelled
 * {@code encryption-keys} holds keys all the same.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("channels");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
		List<ConfigurationProperty> unknown = cause.getUnboundProperties()
			.stream()
			.filter((property) -> ROOT.isAncestorOf(property.getName()))
			.toList();
		if (unknown.isEmpty()) {
			return null;
		}
		return new FailureAnalysis(
				unknown.stream().map(UnknownPropertyFailureAnalyzer::describe).collect(Collectors.joining("\n")),
				"Correct or remove it: " + unknown.stream()
					.map((property) -> from(property))
					.distinct()
					.collect(Collectors.joining(", ")) + ".",
				cause);
	}

	private static String describe(ConfigurationProperty property) {
		ConfigurationPropertyName name = property.getName();
		int wrong = ROOT.getNumberOfElements();
		List<String> known = properties(typeOf(name.chop(wrong)));
		while (wrong < name.getNumberOfElements() - 1
				&& (known.isEmpty() || known.contains(name.getElement(wrong, Form.DASHED)))) {
			known = properties(typeOf(name.chop(++wrong)));
		}
		return name + ": there is no such property" + DidYouMean.suffix(name.getElement(wrong, Form.DASHED), known);
	}

	private static String from(ConfigurationProperty property) {
		return String.valueOf(Objects.requireNonNullElse(property.getOrigin(), property.getName()));
	}

	/**
	 * The type that holds what is below a name.
	 */
	private static ResolvableType typeOf(ConfigurationPropertyName name) {
		ResolvableType type = ResolvableType.forClass(ChannelsProperties.class);
		for (int i = ROOT.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
			if (Map.class.isAssignableFrom(type.toClass())) {
				type = type.getGeneric(1);
			}
			else if (name.isNumericIndex(i)) {
				type = type.getGeneric(0);
			}
			else {
				String element = name.getElement(i, Form.DASHED);
				type = components(type).filter((component) -> nameOf(component).equals(element))
					.findFirst()
					.map((component) -> ResolvableType.forType(component.getGenericType()))
					.orElse(ResolvableType.NONE);
			}
		}
		return type;
	}

	private static List<String> properties(ResolvableType type) {
		return components(type).map(UnknownPropertyFailureAnalyzer::nameOf).toList();
	}

	private static Stream<RecordComponent> components(ResolvableType type) {
		return type.toClass().isRecord() ? Arrays.stream(type.toClass().getRecordComponents()) : Stream.empty();
	}

	private static String nameOf(RecordComponent component) {
		return DataObjectPropertyName.toDashedForm(component.getName());
	}

}
