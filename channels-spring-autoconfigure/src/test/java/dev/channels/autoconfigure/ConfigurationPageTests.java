package dev.channels.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.ConnectionSettings;
import dev.channels.RetryPolicy;
import dev.channels.SlowConsumerPolicy;
import dev.channels.test.MarkdownPage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.ResolvableType;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/configuration.md} has all properties, with their defaults.
 */
class ConfigurationPageTests {

	private static final Pattern ROW = Pattern.compile("^\\| `(channels\\.[^`]+)` \\| (?:`([^`]*)`)? *\\| (.+) \\|$",
			Pattern.MULTILINE);

	private static final String INHERITED = "channels.routes[].connection";

	/** A default that the page may describe as it likes. */
	private static final String IN_WORDS = "";

	private final Map<String, String> expected = new HashMap<>();

	@Test
	void hasAllPropertiesWithTheirDefaults() throws IOException {
		collect("channels", ResolvableType.forClass(ChannelsProperties.class), null);
		Map<String, String> page = page();
		assertThat(page.keySet()).containsExactlyInAnyOrderElementsOf(this.expected.keySet());
		this.expected.forEach((name, value) -> {
			if (!value.equals(IN_WORDS)) {
				assertThat(page.get(name)).as(name).isEqualTo(value);
			}
		});
	}

	@Test
	void agreesWithTheMetadata() throws IOException {
		Map<String, String> page = page();
		int compared = 0;
		for (JsonNode property : metadata().get("properties")) {
			String name = property.get("name").asString();
			JsonNode value = property.get("defaultValue");
			if (page.containsKey(name) && value != null && !value.isArray()) {
				assertThat(page.get(name)).as(name).isEqualTo(value.asString());
				compared++;
			}
			assertThat(PropertyNames.check(ConfigurationPropertyName.of(name))).as(name).isNull();
			assertThat(property.get("description")).as("description of " + name).isNotNull();
		}
		assertThat(compared).isGreaterThanOrEqualTo(14);
	}

	@Test
	void namesOfThePageAreThoseOfProperties() throws IOException {
		page().keySet()
			.forEach((name) -> assertThat(PropertyNames.check(ConfigurationPropertyName
				.of(name.replace("[]", "[0]").replace("<alias>", "default").replace(".*", ".any")))).as(name).isNull());
	}

	private void collect(String prefix, ResolvableType type, Object defaults) {
		Constructor<?> constructor = type.toClass().getDeclaredConstructors()[0];
		RecordComponent[] components = type.toClass().getRecordComponents();
		for (int i = 0; i < components.length; i++) {
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(components[i].getName());
			Parameter parameter = constructor.getParameters()[i];
			ResolvableType valueType = ResolvableType.forType(components[i].getGenericType());
			if (name.equals(INHERITED) || name.equals("channels.routes[].routes")) {
				this.expected.put(name, IN_WORDS);
			}
			else if (valueType.toClass().isRecord()) {
				collect(name, valueType, defaultsOf(valueType.toClass()));
			}
			else if (Map.class.isAssignableFrom(valueType.toClass())) {
				collectElements(valueType.getGeneric(1), name + ".<alias>", name + ".*");
			}
			else if (List.class.isAssignableFrom(valueType.toClass())) {
				collectElements(valueType.getGeneric(0), name + "[]", name);
			}
			else {
				DefaultValue value = parameter.getAnnotation(DefaultValue.class);
				this.expected.put(name,
						(value != null) ? value.value()[0] : valueOf(defaults, components[i].getName()));
			}
		}
	}

	private void collectElements(ResolvableType type, String prefix, String leaf) {
		if (type.toClass().isRecord()) {
			collect(prefix, type, null);
		}
		else {
			this.expected.put(leaf, IN_WORDS);
		}
	}

	private static Object defaultsOf(Class<?> type) {
		if (type == ChannelsProperties.Connection.class) {
			return ConnectionSettings.defaults();
		}
		return (type == ChannelsProperties.Retry.class) ? RetryPolicy.defaults() : null;
	}

	private static String valueOf(Object defaults, String name) {
		if (defaults == null) {
			return IN_WORDS;
		}
		try {
			return text(defaults.getClass().getMethod(name).invoke(defaults));
		}
		catch (ReflectiveOperationException ex) {
			throw new AssertionError(ex);
		}
	}

	private static String text(Object value) {
		if (value instanceof Duration duration) {
			return duration.toSeconds() + "s";
		}
		if (value instanceof DataSize size) {
			return (size.toBytes() % (1 << 20) == 0) ? size.toMegabytes() + "MB" : size.toKilobytes() + "KB";
		}
		if (value instanceof SlowConsumerPolicy policy) {
			return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
		}
		return value.toString();
	}

	private static Map<String, String> page() throws IOException {
		Map<String, String> rows = new HashMap<>();
		Matcher row = ROW.matcher(MarkdownPage.read("docs/configuration.md").text());
		while (row.find()) {
			assertThat(rows.put(row.group(1), (row.group(2) != null) ? row.group(2) : IN_WORDS)).as(row.group(1))
				.isNull();
		}
		return rows;
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream metadata = ConfigurationPageTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return JsonMapper.builder().build().readTree(metadata);
		}
	}

}
