package dev.channels.layer;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/**
 * What a class logs while this is open.
 */
public final class CapturedLog implements AutoCloseable {

	private final Logger logger;

	private final SafeAppender appender = new SafeAppender();

	private final Level levelBefore;

	private CapturedLog(Class<?> source) {
		this.logger = (Logger) LoggerFactory.getLogger(source);
		this.levelBefore = this.logger.getLevel();
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	public static CapturedLog of(Class<?> source) {
		return new CapturedLog(source);
	}

	/**
	 * Capture messages of this level too, and leave them off the console.
	 */
	public CapturedLog at(Level level) {
		this.logger.setAdditive(false);
		this.logger.setLevel(level);
		return this;
	}

	public List<String> messages() {
		return this.appender.copy().stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	public List<Level> levels() {
		return this.appender.copy().stream().map(ILoggingEvent::getLevel).toList();
	}

	public List<String> causes() {
		return this.appender.copy()
			.stream()
			.map(ILoggingEvent::getThrowableProxy)
			.map((it) -> (it != null) ? it.getClassName() + ": " + it.getMessage() : null)
			.toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(this.levelBefore);
		this.logger.setAdditive(true);
	}

	private static final class SafeAppender extends ListAppender<ILoggingEvent> {

		@Override
		protected synchronized void append(ILoggingEvent event) {
			super.append(event);
		}

		synchronized List<ILoggingEvent> copy() {
			return List.copyOf(this.list);
		}

	}

}
