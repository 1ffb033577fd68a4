package dev.channels.layer;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.WritableTypeId;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.jsontype.TypeIdResolver;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.jsontype.impl.StdTypeResolverBuilder;

/**
 * Writes the type ids that a handler of an {@code Envelope<Shape>} needs to read it. Of
 * what is sent only the class {@code Envelope} is known, in which a value of type
 * {@code T} is any object: Jackson would write it without an id, although its own class
 * asks for one.
 */
final class ErasedTypes {

	private ErasedTypes() {
	}

	/**
	 * Whether values of a class may be of types that the class does not tell.
	 */
	static boolean areIn(Object value) {
		return !(value instanceof Map) && value.getClass().getTypeParameters().length > 0;
	}

	/**
	 * Return a mapper that writes ids of objects whose own class asks for them, also
	 * where any object may stand.
	 * @param mapper the application's mapper
	 */
	static JsonMapper writing(JsonMapper mapper) {
		JavaType any = mapper.constructType(Object.class);
		if (mapper.serializationConfig().getDefaultTyper(any) != null) {
			// the application has decided about that
			return mapper;
		}
		return mapper.rebuild().setDefaultTyping(new OfOwnClass()).build();
	}

	private static final class OfOwnClass extends StdTypeResolverBuilder {

		private static final long serialVersionUID = 1L;

		OfOwnClass() {
			super(JsonTypeInfo.Id.CLASS, JsonTypeInfo.As.PROPERTY, null);
		}

		@Override
		public @Nullable TypeSerializer buildTypeSerializer(SerializationContext context, JavaType baseType,
				Collection<NamedType> subtypes) {
			return baseType.isJavaLangObject() ? new Delegating() : null;
		}

	}

	/**
	 * Leaves it to the type of the value. Safe for use by many threads.
	 */
	private static final class Delegating extends TypeSerializer {

		private final Map<Class<?>, Optional<TypeSerializer>> delegates = new ConcurrentHashMap<>();

		private Optional<TypeSerializer> delegateOf(SerializationContext context, WritableTypeId id) {
			Class<?> type = id.forValue.getClass();
			return this.delegates.computeIfAbsent(type,
					(key) -> Optional.ofNullable(context.findTypeSerializer(context.constructType(key))));
		}

		@Override
		public WritableTypeId writeTypePrefix(JsonGenerator generator, SerializationContext context,
				WritableTypeId id) {
			TypeSerializer delegate = delegateOf(context, id).orElse(null);
			if (delegate != null) {
				WritableTypeId own = delegate.typeId(id.forValue, id.valueShape);
				id.include = own.include;
				id.asProperty = own.asProperty;
				id.id = (id.id != null) ? id.id : own.id;
				return delegate.writeTypePrefix(generator, context, id);
			}
			if (id.valueShape == JsonToken.START_OBJECT) {
				generator.writeStartObject(id.forValue);
			}
			else if (id.valueShape == JsonToken.START_ARRAY) {
				generator.writeStartArray(id.forValue);
			}
			return id;
		}

		@Override
		public WritableTypeId writeTypeSuffix(JsonGenerator generator, SerializationContext context,
				WritableTypeId id) {
			TypeSerializer delegate = delegateOf(context, id).orElse(null);
			if (delegate != null) {
				return delegate.writeTypeSuffix(generator, context, id);
			}
			if (id.valueShape == JsonToken.START_OBJECT) {
				generator.writeEndObject();
			}
			else if (id.valueShape == JsonToken.START_ARRAY) {
				generator.writeEndArray();
			}
			return id;
		}

		@Override
		public TypeSerializer forProperty(SerializationContext context, @Nullable BeanProperty property) {
			return this;
		}

		@Override
		public JsonTypeInfo.As getTypeInclusion() {
			return JsonTypeInfo.As.PROPERTY;
		}

		@Override
		public @Nullable String getPropertyName() {
			return null;
		}

		@Override
		public @Nullable TypeIdResolver getTypeIdResolver() {
			return null;
		}

	}

}
