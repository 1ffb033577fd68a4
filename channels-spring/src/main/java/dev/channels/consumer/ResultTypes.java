package dev.channels.consumer;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.BaseStream;

import dev.channels.ChannelsConfigurationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

/**
 * Decides from the return types of handlers what becomes of what they return. Safe for
 * use by many threads.
 */
final class ResultTypes {

	private static final boolean reactiveStreams = ClassUtils.isPresent("org.reactivestreams.Publisher",
			ResultTypes.class.getClassLoader());

	private static final Set<String> NOTHING = Set.of("void", "java.lang.Void", "kotlin.Unit");

	private final JsonMapper mapper;

	/**
	 * What handlers gave whose return type does not tell, by its class.
	 */
	private final Map<Class<?>, ResultType> ofValues = new ConcurrentHashMap<>();

	/**
	 * Create a decider.
	 * @param mapper the application's mapper, which writes what is sent
	 */
	ResultTypes(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Decide about a return type.
	 * @param type the type, without variables of a base class
	 * @param handler whose it is, for the text
	 * @throws ChannelsConfigurationException if values of this type mean something in
	 * Spring MVC, or elsewhere, that they cannot mean here
	 */
	ResultType of(Type type, String handler) {
		return of(this.mapper.constructType(type), handler);
	}

	private ResultType of(JavaType type, String handler) {
		Class<?> raw = type.getRawClass();
		String name = ClassUtils.getShortName(raw);
		if (raw == Object.class) {
			return ResultType.value(ResultType.Kind.UNKNOWN, name, null);
		}
		if (NOTHING.contains(raw.getName())) {
			return ResultType.value(ResultType.Kind.NOTHING, name, null);
		}
		if (CompletionStage.class.isAssignableFrom(raw)) {
			return single(name, parameter(type, CompletionStage.class), Function.identity(), handler);
		}
		if (BaseStream.class.isAssignableFrom(raw)) {
			return many(ResultType.Kind.STREAM, name, parameter(type, BaseStream.class), Function.identity(), handler);
		}
		ResultType reactive = reactiveStreams ? ReactiveResults.find(this, type, handler) : null;
		if (reactive != null) {
			return reactive;
		}
		UnsupportedResults.refuse(raw, handler);
		return ResultType.value(ResultType.Kind.VALUE, name, writer(type));
	}

	/**
	 * Return what a generic class gives, {@code Object} if that is not said.
	 */
	JavaType parameter(JavaType type, Class<?> generic) {
		JavaType[] parameters = type.findTypeParameters(generic);
		return (parameters.length > 0) ? parameters[0] : this.mapper.constructType(Object.class);
	}

	/**
	 * Decide about what a suspend function returns: one value, which is awaited, unless
	 * it returns many.
	 * @param type what the function returns
	 * @param handler whose it is, for the text
	 */
	ResultType ofSuspended(Type type, String handler) {
		JavaType javaType = this.mapper.constructType(type);
		return ReactiveResults.suspended(of(javaType, handler), javaType.getRawClass());
	}

	/**
	 * Decide about a value whose declared type does not tell.
	 * @param handler whose it is, for the text
	 */
	ResultType ofValue(Object value, Object handler) {
		ResultType known = this.ofValues.get(value.getClass());
		if (known == null) {
			known = of(value.getClass(), handler.toString());
			this.ofValues.put(value.getClass(), known);
		}
		return known;
	}

	ResultType single(String name, JavaType content, Function<Object, Object> adapter, String handler) {
		return ResultType.container(ResultType.Kind.STAGE, name, of(content, handler), adapter);
	}

	ResultType many(ResultType.Kind kind, String name, JavaType element, Function<Object, Object> adapter,
			String handler) {
		ResultType content = of(element, handler);
		if (content.kind() == ResultType.Kind.STAGE || content.many() != null) {
			throw new ChannelsConfigurationException(
					handler + " returns " + name + " of " + content.name() + ", but nobody awaits its elements",
					"Flatten it, so that its elements are what is sent.");
		}
		return ResultType.container(kind, name, content, adapter);
	}

	/**
	 * The class of a list says nothing of its elements, of which Jackson has to know the
	 * declared type to write type ids; for a bean only its own class knows all
	 * properties.
	 */
	private ResultType.@Nullable ValueWriter writer(JavaType type) {
		boolean container = type.isContainerType() || type.isReferenceType();
		if (!container && !type.hasGenericTypes()) {
			return null;
		}
		Class<?> raw = type.getRawClass();
		ObjectWriter writer = this.mapper.writerFor(type);
		return (value) -> (container ? raw.isInstance(value) : raw == value.getClass()) ? writer : null;
	}

}
