package dev.channels.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The interceptors that an application adds to Spring MVC, which gives them to its own
 * mappings only.
 */
final class MvcInterceptors extends InterceptorRegistry {

	private MvcInterceptors() {
	}

	static List<Object> of(ObjectProvider<WebMvcConfigurer> configurers) {
		MvcInterceptors registry = new MvcInterceptors();
		configurers.orderedStream().forEach((configurer) -> configurer.addInterceptors(registry));
		return registry.getInterceptors();
	}

}
