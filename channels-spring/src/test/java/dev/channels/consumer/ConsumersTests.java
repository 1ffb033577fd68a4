package dev.channels.consumer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.web.bind.annotation.PathVariable;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Consumers}.
 */
class ConsumersTests {

	private TestContext test;

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void checksAConsumerByAnInstanceThatIsDestroyed() {
		start(Counted.class);
		Counted.created = 0;
		Counted.closed = 0;
		this.test.consumers().serve(TestContext.path("/ws", "counted"));
		assertThat(Counted.created).isEqualTo(1);
		assertThat(Counted.closed).isEqualTo(1);
	}

	@Test
	void knowsTheLayer() {
		start(Counted.class);
		assertThat(this.test.consumers().serve(TestContext.path("/ws", "counted")).layer())
			.isSameAs(this.test.layer.layer);
		assertThat(this.test.consumers().serve(TestContext.worker("jobs", "counted")).layer())
			.isSameAs(this.test.layer.layer);
	}

	@Test
	void joinsTheGroupsOfTheAnnotationBeforeConnect() throws Exception {
		start(Grouped.class);
		FakeConnection connection = new FakeConnection().pathVariable("room", "lobby");
		this.test.consumers().serve(TestContext.path("/ws/{room}", "grouped")).handlers().create(connection).connect();
		assertThat(connection.groups()).containsExactly("all", "room_lobby");
		assertThat(connection.sent()).containsExactly("[all, room_lobby]");
	}

	@Test
	void aConstructorThatThrowsStopsTheStart() {
		start(Broken.class);
		assertRefused(() -> this.test.consumers().serve(TestContext.path("/ws", "broken")),
				"Consumer 'broken' (dev.channels.consumer.ConsumersTests$Broken) cannot be created: out of order",
				"Make its constructor's dependencies available, and its class one that can be proxied.");
	}

	@Test
	void aConstructorThatSaysNothingIsNamedByItsException() {
		start(BrokenSilently.class);
		assertRefused(() -> this.test.consumers().serve(TestContext.path("/ws", "silent")),
				"Consumer 'silent' (dev.channels.consumer.ConsumersTests$BrokenSilently) cannot be created: "
						+ "java.lang.UnsupportedOperationException",
				"Make its constructor's dependencies available, and its class one that can be proxied.");
	}

	@Test
	void aWorkerReturnsNothing() {
		start(Answering.class);
		assertRefused(() -> this.test.consumers().serve(TestContext.worker("jobs", "answering")),
				"@OnEvent handler dev.channels.consumer.ConsumersTests$Answering.job returns String, but a worker has no "
						+ "client to send it to",
				"Return void, or a CompletionStage to acknowledge the event later; send results with "
						+ "Channels.group(..).send(..).");
	}

	@Test
	void aWorkerReturnsAStageOfAnyKind() {
		start(Staged.class);
		assertThat(this.test.consumers().serve(TestContext.worker("jobs", "staged"))).isNotNull();
	}

	@Test
	void usesTheConversionsOfTheApplication() throws Exception {
		start(Converted.class);
		DefaultConversionService conversions = new DefaultConversionService();
		conversions.addConverter(new RoomConverter());
		this.test.context.getBeanFactory().setConversionService(conversions);
		FakeConnection connection = new FakeConnection().pathVariable("room", "lobby");
		this.test.serve("converted", connection).connect();
		assertThat(connection.sent()).containsExactly("Room[name=lobby]");
	}

	@Test
	void resolversOfTheApplicationComeFirst() throws Exception {
		start(Converted.class);
		this.test.configurer(new ChannelsConfigurer() {
			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(new TypeResolver(Room.class, (parameter, message) -> new Room("custom")));
			}
		});
		FakeConnection connection = new FakeConnection().pathVariable("room", "lobby");
		this.test.serve("converted", connection).connect();
		assertThat(connection.sent()).containsExactly("Room[name=custom]");
	}

	private void start(Class<?>... classes) {
		this.test = new TestContext(classes);
	}

	@Consumer("counted")
	static class Counted implements AutoCloseable {

		static int created;

		static int closed;

		Counted() {
			created++;
		}

		@Override
		public void close() {
			closed++;
		}

	}

	@Consumer(name = "grouped", groups = { "all", "room_{room}" })
	static class Grouped {

		@OnConnect
		String connect(Connection connection) {
			return connection.groups().toString();
		}

	}

	@Consumer("broken")
	static class Broken {

		Broken() {
			throw new IllegalStateException("out of order");
		}

	}

	@Consumer("silent")
	static class BrokenSilently {

		BrokenSilently() {
			throw new UnsupportedOperationException();
		}

	}

	@Consumer("answering")
	static class Answering {

		@OnEvent("job")
		String job() {
			return "done";
		}

	}

	@Consumer("staged")
	static class Staged {

		@OnEvent("one")
		CompletionStage<String> one() {
			return CompletableFuture.completedStage("done");
		}

		@OnEvent("two")
		CompletableFuture<Void> two() {
			return CompletableFuture.completedFuture(null);
		}

		@OnEvent("three")
		Void three() {
			return null;
		}

		@OnReceive
		String notCalledInAWorker(String text) {
			return text;
		}

	}

	@Consumer("converted")
	static class Converted {

		@OnConnect
		String connect(@PathVariable Room room) {
			return room.toString();
		}

	}

	record Room(String name) {

	}

	static final class RoomConverter implements Converter<String, Room> {

		@Override
		public Room convert(String source) {
			return new Room(source);
		}

	}

}
