package dev.channels.consumer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import org.junit.jupiter.api.Test;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HandlerMethods}: which handlers there are, and which cannot stand
 * beside each other.
 */
class HandlerMethodsTests {

	private static final String HERE = HandlerMethodsTests.class.getName() + "$";

	@Test
	void sortsHandlersByWhatTheyAreFor() {
		HandlerMethods methods = TestHandlers.connected(Everything.class);
		assertThat(methods.connect()).hasToString("@OnConnect handler " + HERE + "Everything.connect");
		assertThat(methods.disconnect()).hasToString("@OnDisconnect handler " + HERE + "Everything.disconnect");
		assertThat(methods.text()).hasToString("@OnReceive handler " + HERE + "Everything.text");
		assertThat(methods.binary()).hasToString("@OnReceive handler " + HERE + "Everything.binary");
		assertThat(methods.messages()).containsOnlyKeys("move", "shoot");
		assertThat(methods.event("chat.message")).hasToString("@OnEvent handler " + HERE + "Everything.chatMessage");
		assertThat(methods.event("one")).isSameAs(methods.event("two"));
		assertThat(methods.event("other")).hasToString("@OnEvent handler " + HERE + "Everything.any");
		assertThat(methods.all()).hasSize(8);
	}

	@Test
	void aWorkerHasHandlersOfEventsOnly() {
		HandlerMethods methods = TestHandlers.working(EventsAndMore.class);
		assertThat(methods.all()).singleElement().hasToString("@OnEvent handler " + HERE + "EventsAndMore.job");
		assertThat(methods.connect()).isNull();
		assertThat(methods.text()).isNull();
		assertThat(methods.event("other")).isNull();
	}

	@Test
	void aClassWithoutHandlersIsFine() {
		HandlerMethods methods = TestHandlers.connected(Object.class);
		assertThat(methods.all()).isEmpty();
		assertThat(methods.disconnect()).isNull();
		assertThat(methods.binary()).isNull();
	}

	@Test
	void aByteBufferIsBinary() {
		HandlerMethods methods = TestHandlers.connected(TakesByteBuffer.class);
		assertThat(methods.binary()).isNotNull();
		assertThat(methods.text()).isNull();
	}

	@Test
	void refusesTwoHandlersForTheSame() {
		assertDuplicate(TwoConnects.class, "@OnConnect", "connections");
		assertDuplicate(TwoDisconnects.class, "@OnDisconnect", "disconnects");
		assertDuplicate(TwoTexts.class, "@OnReceive", "text messages without a type");
		assertDuplicate(TwoBinaries.class, "@OnReceive", "binary messages");
		assertDuplicate(TwoOfOneMessage.class, "@OnReceive", "messages of type 'move'");
		assertDuplicate(TwoOfOneEvent.class, "@OnEvent", "events of type 'chat.message'");
		assertDuplicate(TwoOfAnyEvent.class, "@OnEvent", "all other events");
	}

	@Test
	void refusesATypeOfBinaryMessages() {
		assertRefused(() -> TestHandlers.connected(TypedBinary.class),
				"@OnReceive handler " + HERE + "TypedBinary.binary takes binary messages, which have no message type",
				"Remove the message type, or take text.");
	}

	@Test
	void refusesAHandlerOfUnknownEvents() {
		String action = "Write @OnEvent(\"chat.message\"), annotate the class of its payload with @EventType, or take "
				+ "an Event to handle all others.";
		assertRefused(() -> TestHandlers.connected(NoEvent.class),
				"@OnEvent handler " + HERE + "NoEvent.any does not say which events it handles", action);
		assertRefused(() -> TestHandlers.connected(UntypedPayload.class),
				"@OnEvent handler " + HERE + "UntypedPayload.any does not say which events it handles", action);
		assertRefused(() -> TestHandlers.connected(PayloadBesideEvent.class),
				"@OnEvent handler " + HERE + "PayloadBesideEvent.any does not say which events it handles", action);
	}

	@Test
	void refusesAnIllegalEventType() {
		String rule = "is not legal: use ASCII letters, digits, hyphens, underscores and periods, not beginning with an "
				+ "underscore or a period";
		assertRefused(() -> TestHandlers.connected(IllegalEvent.class),
				"@OnEvent handler " + HERE + "IllegalEvent.any: Event type '' " + rule, "Change the event type.");
		assertRefused(() -> TestHandlers.connected(IllegalPayload.class),
				"@OnEvent handler " + HERE + "IllegalPayload.any: Event type '_hidden' " + rule,
				"Change the event type.");
	}

	@Test
	void theTypeOfTheAnnotationCountsBeforeThatOfThePayload() {
		HandlerMethods methods = TestHandlers.connected(RenamedEvent.class);
		assertThat(methods.event("renamed")).isNotNull();
		assertThat(methods.event("chat.message")).isNull();
	}

	private static void assertDuplicate(Class<?> type, String kind, String what) {
		String prefix = kind + " handler " + type.getName();
		assertRefused(() -> TestHandlers.connected(type),
				prefix + ".second and " + prefix + ".first are both for " + what, "Keep one of the two handlers.");
	}

	@EventType("chat.message")
	record ChatMessage(String text) {

	}

	@EventType("_hidden")
	record Illegal(String text) {

	}

	static class Everything {

		@OnConnect
		void connect() {
		}

		@OnDisconnect
		void disconnect() {
		}

		@OnReceive
		void text(String text) {
		}

		@OnReceive
		void binary(byte[] bytes) {
		}

		@OnReceive({ "move", "shoot" })
		void typed(Map<String, Object> message) {
		}

		@OnEvent
		void chatMessage(ChatMessage message) {
		}

		@OnEvent({ "one", "two" })
		void several() {
		}

		@OnEvent
		void any(Event event) {
		}

		void notAHandler(List<StringBuilder> anything) {
		}

	}

	static class EventsAndMore {

		@OnConnect
		void connect() {
		}

		@OnReceive
		void text(String text) {
		}

		@OnEvent("job")
		void job() {
		}

	}

	static class TakesByteBuffer {

		@OnReceive
		void binary(ByteBuffer bytes) {
		}

	}

	static class TwoConnects {

		@OnConnect
		void first() {
		}

		@OnConnect
		void second() {
		}

	}

	static class TwoDisconnects {

		@OnDisconnect
		void first() {
		}

		@OnDisconnect
		void second() {
		}

	}

	static class TwoTexts {

		@OnReceive
		void first() {
		}

		@OnReceive
		void second(Map<String, Object> message) {
		}

	}

	static class TwoBinaries {

		@OnReceive
		void first(byte[] bytes) {
		}

		@OnReceive
		void second(ByteBuffer bytes) {
		}

	}

	static class TwoOfOneMessage {

		@OnReceive("move")
		void first() {
		}

		@OnReceive({ "shoot", "move" })
		void second() {
		}

	}

	static class TwoOfOneEvent {

		@OnEvent
		void first(ChatMessage message) {
		}

		@OnEvent("chat.message")
		void second() {
		}

	}

	static class TwoOfAnyEvent {

		@OnEvent
		void first(Event event) {
		}

		@OnEvent
		void second(Event event) {
		}

	}

	static class TypedBinary {

		@OnReceive("move")
		void binary(byte[] bytes) {
		}

	}

	static class NoEvent {

		@OnEvent
		void any() {
		}

	}

	static class UntypedPayload {

		@OnEvent
		void any(Map<String, Object> payload) {
		}

	}

	static class PayloadBesideEvent {

		@OnEvent
		void any(Event event, Map<String, Object> payload) {
		}

	}

	static class IllegalEvent {

		@OnEvent("")
		void any() {
		}

	}

	static class IllegalPayload {

		@OnEvent
		void any(Illegal payload) {
		}

	}

	static class RenamedEvent {

		@OnEvent("renamed")
		void any(ChatMessage message) {
		}

	}

}
