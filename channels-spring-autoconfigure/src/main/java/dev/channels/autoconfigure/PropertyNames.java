package dev.channels.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import dev.channels.layer.DidYouMean;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/**
 * The names that properties of Channels may have, as {@link ChannelsProperties} has them.
 * Whether a value of that name counts, or one of another property source, does not matter
 * here.
 */
final class PropertyNames {

	static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("channels");

	private PropertyNames() {
	}

	/**
	 * Return what is wrong with a name below {@code channels}.
	 * @return {@code null} if there is such a property
	 */
	static @Nullable Unknown check(ConfigurationPropertyName name) {
		ResolvableType type = ResolvableType.forClass(ChannelsProperties.class);
		for (int i = ROOT.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
			if (isMap(type)) {
				if (isScalar(type.getGeneric(1))) {
					// a key may have any number of elements
					return null;
				}
				type = type.getGeneric(1);
			}
			else if (isList(type) && name.isNumericIndex(i)) {
				type = type.getGeneric(0);
			}
			else {
				RecordComponent component = component(type, name.getElement(i, Form.UNIFORM));
				if (component == null) {
					return new Unknown(name, i,
							DidYouMean.suffix(name.getElement(i, Form.DASHED), properties(type).toList()));
				}
				type = ResolvableType.forType(component.getGenericType());
			}
		}
		return null;
	}

	private static boolean isMap(ResolvableType type) {
		return Map.class.isAssignableFrom(type.toClass());
	}

	private static boolean isList(ResolvableType type) {
		return List.class.isAssignableFrom(type.toClass());
	}

	private static boolean isScalar(ResolvableType type) {
		return !type.toClass().isRecord() && !isMap(type) && !isList(type);
	}

	private static @Nullable RecordComponent component(ResolvableType type, String uniform) {
		return components(type).filter((component) -> component.getName().toLowerCase(Locale.ROOT).equals(uniform))
			.findFirst()
			.orElse(null);
	}

	private static Stream<String> properties(ResolvableType type) {
		return components(type).map((component) -> DataObjectPropertyName.toDashedForm(component.getName()));
	}

	private static Stream<RecordComponent> components(ResolvableType type) {
		return type.toClass().isRecord() ? Arrays.stream(type.toClass().getRecordComponents()) : Stream.empty();
	}

	/**
	 * A name that is none.
	 *
	 * @param name the name
	 * @param wrong index of the first wrong element
	 * @param suggestion a question to append
	 */
	record Unknown(ConfigurationPropertyName name, int wrong, String suggestion) {

		String describe() {
			return this.name + ": there is no such property" + this.suggestion;
		}

		/**
		 * Whether it may be one of the application's own.
		 */
		boolean isTopLevel() {
			return this.wrong == ROOT.getNumberOfElements();
		}

	}

}
