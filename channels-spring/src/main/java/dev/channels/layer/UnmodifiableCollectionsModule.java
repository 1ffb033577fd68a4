package dev.channels.layer;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JacksonStdImpl;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

/**
 * Makes lists, sets and maps of a decoded payload unmodifiable, since the members of a
 * group share it. Concrete classes ({@code ArrayList}) are left as the application
 * declared them.
 */
@SuppressWarnings("serial")
final class UnmodifiableCollectionsModule extends SimpleModule {

	UnmodifiableCollectionsModule() {
		super("channels-unmodifiable-collections");
		setDeserializerModifier(new Modifier());
	}

	private static @Nullable Object seal(@Nullable Object value) {
		if (value instanceof List<?> list) {
			return Collections.unmodifiableList(list);
		}
		if (value instanceof Set<?> set) {
			return Collections.unmodifiableSet(set);
		}
		if (value instanceof Map<?, ?> map) {
			return Collections.unmodifiableMap(map);
		}
		if (value instanceof Collection<?> collection) {
			return Collections.unmodifiableCollection(collection);
		}
		return value;
	}

	/**
	 * Untyped values come as a whole tree of fresh lists and maps.
	 */
	@SuppressWarnings("unchecked")
	private static @Nullable Object sealTree(@Nullable Object value) {
		if (value instanceof List<?> list) {
			((List<@Nullable Object>) list).replaceAll(UnmodifiableCollectionsModule::sealTree);
		}
		else if (value instanceof Map<?, ?> map) {
			((Map<Object, @Nullable Object>) map).replaceAll((key, element) -> sealTree(element));
		}
		return seal(value);
	}

	private static final class Modifier extends ValueDeserializerModifier {

		@Override
		public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config,
				BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
			return (description.getBeanClass() == Object.class) ? new Sealing(deserializer, true) : deserializer;
		}

		@Override
		public ValueDeserializer<?> modifyCollectionDeserializer(DeserializationConfig config, CollectionType type,
				BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
			return new Sealing(deserializer, false);
		}

		@Override
		public ValueDeserializer<?> modifyMapDeserializer(DeserializationConfig config, MapType type,
				BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
			return new Sealing(deserializer, false);
		}

	}

	/**
	 * Says that it is one of Jackson's own, since otherwise untyped values would be read
	 * through it as well, which are sealed as a tree.
	 */
	@JacksonStdImpl
	private static final class Sealing extends DelegatingDeserializer {

		private final boolean tree;

		Sealing(ValueDeserializer<?> delegate, boolean tree) {
			super(delegate);
			this.tree = tree;
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
			return new Sealing(delegate, this.tree);
		}

		/**
		 * Only here Jackson tells what the application declared. What a modifier gets to
		 * see is the class that Jackson chose for it.
		 */
		@Override
		public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
			JavaType declared = context.getContextualType();
			ValueDeserializer<?> contextual = super.createContextual(context, property);
			boolean sealed = this.tree || (declared != null && declared.isInterface());
			return sealed ? contextual : contextual.getDelegatee();
		}

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			Object value = super.deserialize(parser, context);
			return this.tree ? sealTree(value) : seal(value);
		}

	}

}
