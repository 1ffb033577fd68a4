package dev.channels.consumer;

import dev.channels.CloseStatus;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionHandler;
import dev.channels.consumer.other.OtherPackageBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HandlerMethods}: handlers that are inherited, overridden or generic.
 */
class HandlerInheritanceTests {

	private final FakeConnection connection = new FakeConnection().pathVariable("room", "lobby");

	private final TestContext test = new TestContext(HeirOfOtherPackage.class, Overriding.class, Implementing.class,
			PrivateHandlers.class, GenericHeir.class, GenericImplementing.class, HidingPrivate.class);

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void handlersOfAnyVisibilityAreInheritedFromAnotherPackage() throws Exception {
		ConnectionHandler handler = this.test.serve("heir", this.connection);
		receive(handler, "hello");
		event(handler, "package-private");
		handler.disconnect(CloseStatus.NORMAL);
		event(handler, "package-private");
		assertThat(this.connection.sent()).containsExactly("base hello", "base", "gone");
	}

	@Test
	void anOverriddenHandlerIsCalledOnce() throws Exception {
		ConnectionHandler handler = this.test.serve("overriding", this.connection);
		receive(handler, "hello");
		assertThat(this.connection.sent()).containsExactly("overriding hello");
	}

	@Test
	void anInterfaceMayHaveHandlersAndAnnotationsOfHandlers() throws Exception {
		ConnectionHandler handler = this.test.serve("implementing", this.connection);
		handler.connect();
		receive(handler, "hello");
		assertThat(this.connection.sent()).containsExactly("default lobby", "implemented hello");
	}

	@Test
	void privateFinalAndStaticHandlersAreCalled() throws Exception {
		ConnectionHandler handler = this.test.serve("private", this.connection);
		handler.connect();
		receive(handler, "hello");
		event(handler, "static");
		assertThat(this.connection.sent()).containsExactly("final field", "private field hello", "static");
	}

	@Test
	void twoPrivateHandlersOfOneSignatureAreTwo() {
		assertRefused(() -> this.test.serve("hiding", this.connection),
				"@OnReceive handler " + PrivateHandlers.class.getName() + ".receive(String) and @OnReceive handler "
						+ HidingPrivate.class.getName() + ".receive(String) are both for text messages without a type",
				"Keep one of the two handlers.");
	}

	@Test
	void aPayloadOfAGenericBaseHasTheTypeOfTheHeir() throws Exception {
		this.connection.pathVariable("id", "1");
		ConnectionHandler handler = this.test.serve("generic", this.connection);
		receive(handler, "{\"text\":\"a\"}");
		handler.event(this.test.layer.share(new Input("b")));
		assertThat(this.connection.sent()).containsExactly("received a", "event b");
	}

	@Test
	void anArgumentOfAGenericBaseHasTheTypeOfTheHeir() throws Exception {
		this.connection.pathVariable("id", "7");
		ConnectionHandler handler = this.test.serve("generic", this.connection);
		handler.connect();
		assertThat(this.connection.sent()).containsExactly("id 7");
	}

	@Test
	void aGenericInterfaceThatIsImplementedHasTheTypeOfTheImplementation() throws Exception {
		ConnectionHandler handler = this.test.serve("generic-implementing", this.connection);
		receive(handler, "{\"text\":\"a\"}");
		assertThat(this.connection.sent()).containsExactly("implemented a");
	}

	@Test
	void exceptionHandlersAreInherited() throws Exception {
		ConnectionHandler handler = this.test.serve("overriding", this.connection);
		handler.failure(new IllegalStateException("broken"));
		assertThat(this.connection.sent()).containsExactly("handled broken");
	}

	private static void receive(ConnectionHandler handler, String text) throws Exception {
		handler.receive(ClientMessage.text(text));
	}

	private void event(ConnectionHandler handler, String type) throws Exception {
		handler.event(this.test.layer.share(Event.of(type)));
	}

	@EventType("input")
	record Input(String text) {

	}

	@Consumer("heir")
	static class HeirOfOtherPackage extends OtherPackageBase {

	}

	abstract static class Base {

		@OnReceive
		String receive(String text) {
			return "base " + text;
		}

		@MessageExceptionHandler
		private String handle(IllegalStateException ex) {
			return "handled " + ex.getMessage();
		}

	}

	@Consumer("overriding")
	static class Overriding extends Base {

		@Override
		@OnReceive
		String receive(String text) {
			return "overriding " + text;
		}

	}

	interface Described {

		@OnConnect
		default String connect(@PathVariable String room) {
			return "default " + room;
		}

		@OnReceive
		String receive(String text);

	}

	@Consumer("implementing")
	static class Implementing implements Described {

		@Override
		public String receive(String text) {
			return "implemented " + text;
		}

	}

	@Consumer("private")
	static class PrivateHandlers {

		private final String field = "field";

		@OnConnect
		final String connect() {
			return "final " + this.field;
		}

		@OnReceive
		private String receive(String text) {
			return "private " + this.field + " " + text;
		}

		@OnEvent("static")
		static String event() {
			return "static";
		}

	}

	@Consumer("hiding")
	static class HidingPrivate extends PrivateHandlers {

		@OnReceive
		private String receive(String text) {
			return "hiding " + text;
		}

	}

	abstract static class GenericBase<T, I> {

		@OnConnect
		String connect(@PathVariable I id) {
			return "id " + add(id);
		}

		@OnReceive
		String receive(T input) {
			return "received " + text(input);
		}

		@OnEvent
		String event(T event) {
			return "event " + text(event);
		}

		abstract String text(T input);

		abstract int add(I id);

	}

	@Consumer("generic")
	static class GenericHeir extends GenericBase<Input, Integer> {

		@Override
		String text(Input input) {
			return input.text();
		}

		@Override
		int add(Integer id) {
			return id;
		}

	}

	interface GenericReceiver<T> {

		@OnReceive
		String receive(T input);

	}

	@Consumer("generic-implementing")
	static class GenericImplementing implements GenericReceiver<Input> {

		@Override
		public String receive(Input input) {
			return "implemented " + input.text();
		}

	}

}
