package dev.channels.websocket;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.tomcat.websocket.server.WsContextListener;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's WebSocket container for our connections alone, beside that of the application.
 * <p>
 * Tomcat gives each connection buffers for the largest message that its container takes
 * by default, before it tells anybody of the connection. Ours are put together from
 * parts, so small buffers do; endpoints of the application keep what they have. So it is
 * with the time after which Tomcat looks for clients that do not answer a close.
 */
final class TomcatContainer {

	private static final Log logger = LogFactory.getLog(TomcatContainer.class);

	/**
	 * Of a part of a message, in bytes or characters.
	 */
	static final int MESSAGE_BUFFER_SIZE = 1024;

	private static final String ATTRIBUTE = "jakarta.websocket.server.ServerContainer";

	private static final int CLOSE_CHECK_SECONDS = 1;

	private TomcatContainer() {
	}

	/**
	 * Return the container of the application, {@code null} if it does not run in Tomcat
	 * or without its WebSocket support.
	 */
	static @Nullable WsServerContainer ofApplication(ServletContext servletContext) {
		return (servletContext.getAttribute(ATTRIBUTE) instanceof WsServerContainer container) ? container : null;
	}

	/**
	 * Create a container of ours. Should a version of Tomcat not allow that, it is the
	 * one of the application, and connections cost what they cost there.
	 */
	static WsServerContainer create(ServletContext servletContext) {
		WsServerContainer container = createBeside(servletContext);
		if (container == null) {
			container = ofApplication(servletContext);
			if (container == null) {
				throw new IllegalStateException("Not a context of Tomcat: " + servletContext);
			}
		}
		container.setProcessPeriod(Math.min(container.getProcessPeriod(), CLOSE_CHECK_SECONDS));
		return container;
	}

	/**
	 * Let Tomcat's own listener create a container, as it does for a context that has
	 * none yet.
	 */
	private static @Nullable WsServerContainer createBeside(ServletContext servletContext) {
		OwnContext own = new OwnContext(servletContext);
		try {
			new WsContextListener().contextInitialized(new ServletContextEvent(own.proxy()));
		}
		catch (RuntimeException ex) {
			logger.debug("Tomcat creates no WebSocket container of our own", ex);
		}
		if (own.container instanceof WsServerContainer container) {
			container.setDefaultMaxTextMessageBufferSize(MESSAGE_BUFFER_SIZE);
			container.setDefaultMaxBinaryMessageBufferSize(MESSAGE_BUFFER_SIZE);
			return container;
		}
		return null;
	}

	/**
	 * The context of the application, in which there is no container yet and no filter
	 * has to be added.
	 */
	private static final class OwnContext implements InvocationHandler {

		private final ServletContext servletContext;

		private @Nullable Object container;

		OwnContext(ServletContext servletContext) {
			this.servletContext = servletContext;
		}

		ServletContext proxy() {
			return (ServletContext) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { ServletContext.class }, this);
		}

		@Override
		public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			if (arguments != null && ATTRIBUTE.equals(arguments[0])) {
				return method.getName().equals("setAttribute") ? set(arguments[1]) : this.container;
			}
			if (method.getName().equals("addFilter") || method.getName().equals("getInitParameter")) {
				return null;
			}
			try {
				return method.invoke(this.servletContext, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

		private @Nullable Object set(Object container) {
			this.container = container;
			return null;
		}

	}

}
