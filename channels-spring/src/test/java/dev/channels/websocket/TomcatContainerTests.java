package dev.channels.websocket;

import java.util.EventListener;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContextEvent;
import org.apache.tomcat.websocket.server.WsContextListener;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockServletContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link TomcatContainer}, with Tomcat's own classes.
 */
class TomcatContainerTests {

	private final TomcatContext context = new TomcatContext();

	@Test
	void hasSmallBuffersOfItsOwn() {
		WsServerContainer own = TomcatContainer.create(this.context);
		assertThat(own).isNotSameAs(this.context.container());
		assertThat(own.getDefaultMaxTextMessageBufferSize()).isEqualTo(1024);
		assertThat(own.getDefaultMaxBinaryMessageBufferSize()).isEqualTo(1024);
		assertThat(own.getProcessPeriod()).isEqualTo(1);
	}

	@Test
	void leavesTheContainerOfTheApplicationAlone() {
		WsServerContainer application = this.context.container();
		application.setDefaultMaxTextMessageBufferSize(100_000);
		application.setDefaultMaxSessionIdleTimeout(5000);
		int period = application.getProcessPeriod();
		WsServerContainer own = TomcatContainer.create(this.context);
		assertThat(this.context.container()).isSameAs(application);
		assertThat(TomcatContainer.ofApplication(this.context)).isSameAs(application);
		assertThat(application.getDefaultMaxTextMessageBufferSize()).isEqualTo(100_000);
		assertThat(application.getProcessPeriod()).isEqualTo(period);
		assertThat(own.getDefaultMaxSessionIdleTimeout()).as("there are deadlines of ours").isZero();
	}

	@Test
	void isThatOfTheApplicationWhereTomcatAllowsNoOther() {
		this.context.refuses = true;
		WsServerContainer container = TomcatContainer.create(this.context);
		assertThat(container).isSameAs(this.context.container());
		assertThat(container.getProcessPeriod()).isEqualTo(1);
	}

	@Test
	void needsTomcat() {
		MockServletContext context = new MockServletContext();
		assertThat(TomcatContainer.ofApplication(context)).isNull();
		this.context.refuses = true;
		this.context.removeAttribute(TomcatContext.ATTRIBUTE);
		assertThatIllegalStateException().isThrownBy(() -> TomcatContainer.create(this.context))
			.withMessageStartingWith("Not a context of Tomcat: ");
	}

	/**
	 * A context in which Tomcat has set up its WebSocket support, and nothing can be
	 * added any more.
	 */
	private static final class TomcatContext extends MockServletContext {

		static final String ATTRIBUTE = "jakarta.websocket.server.ServerContainer";

		private boolean started;

		private boolean refuses;

		TomcatContext() {
			new WsContextListener().contextInitialized(new ServletContextEvent(this));
			this.started = true;
		}

		WsServerContainer container() {
			return (WsServerContainer) getAttribute(ATTRIBUTE);
		}

		@Override
		public Object getAttribute(String name) {
			if (this.refuses && !name.equals(ATTRIBUTE)) {
				throw new IllegalStateException("expected");
			}
			return super.getAttribute(name);
		}

		@Override
		public FilterRegistration.Dynamic addFilter(String name, Filter filter) {
			requireNotStarted();
			return null;
		}

		@Override
		public <T extends EventListener> void addListener(T listener) {
			requireNotStarted();
		}

		private void requireNotStarted() {
			if (this.started) {
				throw new IllegalStateException("The context has been started");
			}
		}

	}

}
