package dev.channels.consumer;

import java.io.InputStream;
import java.io.Reader;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

import dev.channels.ChannelsConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.messaging.Message;
import org.springframework.ui.Model;
import org.springframework.util.ClassUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Return types that mean something elsewhere, and here would be written as JSON.
 */
final class UnsupportedResults {

	private static final String PLAIN = "Return the value itself: handlers run on threads of their own, and may block.";

	private static final String BODY = "Return what the client is to get.";

	private static final String MANY = "Return a Stream or a Publisher, or call Connection.send for each message.";

	private static final String COROUTINES = "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor.";

	private static final Map<Class<?>, String> INSTEAD = new LinkedHashMap<>();

	/**
	 * What Spring cannot adapt without more libraries.
	 */
	private static final Map<String, String> NOT_ADAPTED = Map.of("kotlinx.coroutines.flow.Flow", COROUTINES,
			"kotlinx.coroutines.Deferred", COROUTINES, "java.util.concurrent.Flow$Publisher",
			"Add org.reactivestreams:reactive-streams.");

	static {
		INSTEAD.put(Future.class, "Return a CompletableFuture, which is awaited.");
		INSTEAD.put(DeferredResult.class, "Return a CompletableFuture, which is awaited.");
		INSTEAD.put(Callable.class, PLAIN);
		INSTEAD.put(WebAsyncTask.class, PLAIN);
		INSTEAD.put(ErrorResponse.class, "Throw it, or return its body.");
		INSTEAD.put(HttpEntity.class, "Return its body; to refuse, throw a ResponseStatusException.");
		INSTEAD.put(HttpHeaders.class, BODY);
		INSTEAD.put(Message.class, "Return its payload.");
		INSTEAD.put(ResponseBodyEmitter.class, MANY);
		INSTEAD.put(StreamingResponseBody.class, MANY);
		INSTEAD.put(ModelAndView.class, BODY);
		INSTEAD.put(View.class, BODY);
		INSTEAD.put(Model.class, BODY);
		INSTEAD.put(Resource.class, "Return its content as byte[] or String.");
		INSTEAD.put(InputStream.class, "Return its content as byte[] or String.");
		INSTEAD.put(Reader.class, "Return its content as String.");
	}

	private UnsupportedResults() {
	}

	/**
	 * Refuse a type that nobody would understand.
	 * @param type what is neither a stage, nor a stream, nor reactive
	 * @throws ChannelsConfigurationException if it is one of those
	 */
	static void refuse(Class<?> type, String handler) {
		INSTEAD.forEach((unsupported, instead) -> {
			if (unsupported.isAssignableFrom(type)) {
				throw new ChannelsConfigurationException(handler + " returns " + ClassUtils.getShortName(type)
						+ ", which means nothing for a WebSocket message", instead);
			}
		});
		NOT_ADAPTED.forEach((name, missing) -> {
			if (isA(type, name)) {
				throw new ChannelsConfigurationException(
						handler + " returns " + ClassUtils.getShortName(type) + ", but a library for that is missing",
						missing);
			}
		});
	}

	static boolean isA(@Nullable Class<?> type, String name) {
		return type != null && (type.getName().equals(name) || isA(type.getSuperclass(), name)
				|| Arrays.stream(type.getInterfaces()).anyMatch((candidate) -> isA(candidate, name)));
	}

}
