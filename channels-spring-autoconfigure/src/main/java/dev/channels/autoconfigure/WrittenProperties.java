package dev.channels.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * What is written in the property sources of an application, whether it counts or not.
 */
final class WrittenProperties {

	private static final int ALIAS = 2;

	private final Iterable<ConfigurationPropertySource> sources;

	WrittenProperties(Environment environment) {
		this.sources = (environment instanceof ConfigurableEnvironment configurable)
				? ConfigurationPropertySources.from(configurable.getPropertySources()) : List.of();
	}

	/**
	 * Explain why something may be missing in an element of a list. Of the sources that
	 * have elements of it the first counts, and hides the others: an element that is
	 * meant to change one thing lacks the rest.
	 * @return a sentence to append, empty if the list is in one source only
	 */
	String explainHidden(String list) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(list);
		List<String> origins = find((candidate) -> candidate.equals(name) || name.isAncestorOf(candidate)).stream()
			.map(WrittenProperties::origin)
			.toList();
		return (origins.size() < 2) ? "" : ". A list is replaced as a whole: " + origins.get(0) + " hides all of "
				+ list + " that is written at " + String.join(", and at ", origins.subList(1, origins.size()));
	}

	/**
	 * Find a setting of a layer.
	 * @param settings the names of settings in dashed form
	 * @return the first of them that is written, or {@code null}
	 */
	@Nullable String settingOfLayer(String alias, List<String> settings) {
		for (String setting : settings) {
			if (!find((name) -> isSettingOfLayer(name, alias, setting)).isEmpty()) {
				return setting;
			}
		}
		return null;
	}

	private static boolean isSettingOfLayer(ConfigurationPropertyName name, String alias, String setting) {
		return PropertyNames.ROOT.isAncestorOf(name) && name.getNumberOfElements() > ALIAS + 1
				&& name.getElement(ALIAS - 1, Form.UNIFORM).equals("layers")
				&& sameAlias(name.getElement(ALIAS, Form.ORIGINAL), alias)
				&& name.getElement(ALIAS + 1, Form.UNIFORM).equals(setting.replace("-", ""));
	}

	/**
	 * Whether two aliases are one to Spring Boot: environment variables cannot say
	 * {@code jobQueue} or {@code job-queue}.
	 */
	static boolean sameAlias(String one, String other) {
		return uniform(one).equals(uniform(other));
	}

	static String uniform(String alias) {
		return alias.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Find the first property in each source that has one.
	 */
	private List<ConfigurationProperty> find(Predicate<ConfigurationPropertyName> names) {
		List<ConfigurationProperty> found = new ArrayList<>();
		for (ConfigurationPropertySource source : this.sources) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter(names)
					.sorted()
					.map(source::getConfigurationProperty)
					.filter(Objects::nonNull)
					.findFirst()
					.ifPresent(found::add);
			}
		}
		return found;
	}

	static String origin(ConfigurationProperty property) {
		return String.valueOf(Objects.requireNonNullElse(property.getOrigin(), property.getName()));
	}

}
