package dev.channels.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import dev.channels.ChannelsConfigurationException;
import dev.channels.autoconfigure.PropertyNames.Unknown;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;

/**
 * Stops the start if there are properties of Channels that do not exist: a misspelled one
 * would be a route or a limit that silently is not there. Asks whether there is such a
 * name, in whichever property source, and not whether something was bound to it: what
 * another source hides, such as the rest of a list, is no mistake. Values are not shown:
 * a misspelled {@code encryption-keys} holds keys all the same.
 * <p>
 * As everywhere in Spring Boot, environment variables and system properties may have any
 * name.
 */
final class UnknownProperties implements ConfigurationPropertiesBindHandlerAdvisor {

	private final UnboundElementsSourceFilter sources = new UnboundElementsSourceFilter();

	@Override
	public BindHandler apply(BindHandler handler) {
		return new AbstractBindHandler(handler) {

			@Override
			public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
					BindContext context) {
				if (context.getDepth() == 0 && target.getType().toClass() == ChannelsProperties.class) {
					check(context.getSources());
				}
				return super.onStart(name, target, context);
			}

		};
	}

	private void check(Iterable<ConfigurationPropertySource> sources) {
		List<Unknown> unknown = new ArrayList<>();
		Set<String> origins = new LinkedHashSet<>();
		for (ConfigurationPropertySource source : sources) {
			if (source instanceof IterableConfigurationPropertySource iterable && this.sources.apply(source)) {
				iterable.stream().filter(PropertyNames.ROOT::isAncestorOf).sorted().forEach((name) -> {
					Unknown found = PropertyNames.check(name);
					if (found != null) {
						unknown.add(found);
						ConfigurationProperty property = source.getConfigurationProperty(name);
						origins.add((property != null) ? WrittenProperties.origin(property) : name.toString());
					}
				});
			}
		}
		if (!unknown.isEmpty()) {
			throw new ChannelsConfigurationException(
					unknown.stream().map(Unknown::describe).distinct().collect(Collectors.joining("\n")),
					"Correct or remove it: " + String.join(", ", origins) + "." + (unknown.stream()
						.anyMatch(Unknown::isTopLevel)
								? " If it is one of the application itself, give it another prefix: 'channels' is that of "
										+ "Channels for Spring Boot."
								: ""));
		}
	}

}
