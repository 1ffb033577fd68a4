package dev.channels.autoconfigure;

import jakarta.servlet.ServletContext;

import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.core.Ordered;

/**
 * Lets the application's own endpoints take messages as large as Tomcat does without
 * {@link TomcatBuffers}, unless the application has said otherwise.
 */
final class TomcatMessageSizes implements ServletContextInitializer, Ordered {

	static final String TEXT = "org.apache.tomcat.websocket.textBufferSize";

	static final String BINARY = "org.apache.tomcat.websocket.binaryBufferSize";

	private static final String DEFAULT_SIZE = "8192";

	@Override
	public void onStartup(ServletContext servletContext) {
		if (TomcatBuffers.areSmall()) {
			// neither replaces what is there
			servletContext.setInitParameter(TEXT, DEFAULT_SIZE);
			servletContext.setInitParameter(BINARY, DEFAULT_SIZE);
		}
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
