package dev.channels.consumer;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.CompletableFuture;

import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnReceive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ForeignAnnotations}.
 */
class ForeignAnnotationsTests {

	private static final String HERE = ForeignAnnotationsTests.class.getName() + "$";

	private static final String MOVE = "Move the method to a bean of its own and let that send to a group, or, if all "
			+ "clients are to share one instance, annotate the consumer @Scope(\"singleton\").";

	private TestContext test;

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void aListenerIsRefusedWhereEachConnectionHasAnInstance() {
		assertListenerRefused(Listening.class, "@EventListener at " + HERE + "Listening.on");
		assertListenerRefused(Scheduling.class, "@Scheduled at " + HERE + "Scheduling.tick");
		assertListenerRefused(Own.class, "@Ticking at " + HERE + "Own.tick");
		assertListenerRefused(Transactional.class, "@TransactionalEventListener at " + HERE + "Transactional.on");
		assertListenerRefused(Mapped.class, "@GetMapping at " + HERE + "Mapped.page");
		assertListenerRefused(Heir.class, "@EventListener at " + HERE + "Listening.on");
		assertListenerRefused(Implementing.class, "the ApplicationListener " + HERE + "Implementing");
	}

	@Test
	void aSharedConsumerMayListen() {
		assertThat(start(Shared.class)).isNotNull();
	}

	@Test
	void whatNobodyReadsIsRefused() {
		assertRefused(() -> start(Sending.class),
				"@SendTo at " + HERE + "Sending.receive means nothing in consumer 'c'",
				"Send it with Channels.group(..).send(..): what a handler returns is for its own client.");
		close();
		assertRefused(() -> start(Excepting.class),
				"@ExceptionHandler at " + HERE + "Excepting.handle means nothing in consumer 'c'",
				"Write @MessageExceptionHandler.");
	}

	@Test
	void anAsynchronousHandlerHasToBeAwaited() {
		assertRefused(() -> start(Overlapping.class),
				"@OnReceive handler " + HERE + "Overlapping.receive is @Async: calls for one client would overlap",
				"Remove @Async, handlers run on threads of their own; or return a CompletableFuture, which is awaited.");
		close();
		assertThat(start(Awaited.class)).isNotNull();
	}

	private void assertListenerRefused(Class<?> consumer, String what) {
		assertRefused(() -> start(consumer),
				what + " would be called on a fresh instance of consumer 'c', which serves no client", MOVE);
		close();
	}

	private Object start(Class<?> consumer) {
		this.test = new TestContext(consumer);
		return this.test.serve("c", new FakeConnection());
	}

	@Consumer("c")
	static class Listening {

		@EventListener
		void on(String event) {
		}

	}

	@Consumer("c")
	static class Heir extends Listening {

	}

	@Consumer("c")
	@Scope("singleton")
	static class Shared extends Listening {

	}

	@Consumer("c")
	static class Scheduling {

		@Scheduled(fixedDelay = 1000)
		void tick() {
		}

	}

	@Scheduled(fixedDelay = 1000)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Ticking {

	}

	@Consumer("c")
	static class Own {

		@Ticking
		void tick() {
		}

	}

	@Consumer("c")
	static class Transactional {

		@TransactionalEventListener
		void on(String event) {
		}

	}

	@Consumer("c")
	static class Mapped {

		@GetMapping("/")
		String page() {
			return "";
		}

	}

	@Consumer("c")
	static class Implementing implements ApplicationListener<ApplicationEvent> {

		@Override
		public void onApplicationEvent(ApplicationEvent event) {
		}

	}

	@Consumer("c")
	static class Sending {

		@OnReceive
		@SendTo("room")
		String receive(String text) {
			return text;
		}

	}

	@Consumer("c")
	static class Excepting {

		@ExceptionHandler
		void handle(IllegalStateException ex) {
		}

	}

	@Consumer("c")
	static class Overlapping {

		@Async
		@OnReceive
		void receive(String text) {
		}

	}

	@Async
	@Consumer("c")
	static class Awaited {

		@OnConnect
		CompletableFuture<Void> connect() {
			return CompletableFuture.completedFuture(null);
		}

	}

}
