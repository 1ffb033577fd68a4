package dev.channels.autoconfigure;

import dev.channels.autoconfigure.UnservedRoutes.Reason;
import dev.channels.routing.RouteTable;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Looks for the servlet that handshakes come through: a bean, or one that was registered
 * in another way, as in a WAR that is not started by Spring Boot.
 */
final class DispatcherServletCheck implements SmartInitializingSingleton {

	private final WebApplicationContext context;

	private final RouteTable routes;

	DispatcherServletCheck(WebApplicationContext context, RouteTable routes) {
		this.context = context;
		this.routes = routes;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (!isBean() && !isRegistered(this.context.getServletContext())) {
			new UnservedRoutes(this.routes, Reason.NO_DISPATCHER_SERVLET).afterSingletonsInstantiated();
		}
	}

	private boolean isBean() {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.context, DispatcherServlet.class, true,
				false).length > 0;
	}

	private boolean isRegistered(@Nullable ServletContext servletContext) {
		return servletContext != null && servletContext.getServletRegistrations()
			.values()
			.stream()
			.map(ServletRegistration::getClassName)
			.anyMatch(this::isDispatcherServlet);
	}

	private boolean isDispatcherServlet(@Nullable String className) {
		if (className == null || !ClassUtils.isPresent(className, this.context.getClassLoader())) {
			return false;
		}
		return DispatcherServlet.class
			.isAssignableFrom(ClassUtils.resolveClassName(className, this.context.getClassLoader()));
	}

}
