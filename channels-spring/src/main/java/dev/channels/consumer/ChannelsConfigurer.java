package dev.channels.consumer;

import java.util.List;

import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Implemented by beans that extend how handlers are called.
 *
 * @since 0.1.0
 */
public interface ChannelsConfigurer {

	/**
	 * Add resolvers for parameters of handlers. They come before the library's own. The
	 * message they are given has the {@link HandlerHeaders#connection connection} in its
	 * headers; what supports a parameter must not depend on the message, since it is
	 * asked at start.
	 * @param resolvers the list to add to
	 */
	default void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
	}

}
