package dev.channels.consumer;

import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.security.Principal;
import java.util.List;
import java.util.Map;

import dev.channels.CloseStatus;
import dev.channels.Connection;
import dev.channels.Event;
import dev.channels.connection.ClientMessage;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.TestLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link HandlerFactory} and {@link Handler}: what parameters are given, and
 * which nobody can give.
 */
class HandlerFactoryTests {

	private static final String USE = "Use Connection, Principal, @PathVariable, @RequestParam, @RequestHeader, "
			+ "@CookieValue, @SessionAttribute, HttpHeaders, Locale";

	private static final String OR_ADD = ", or add an argument resolver in a ChannelsConfigurer bean.";

	private final SharedEvent event = new TestLayer().share(Event.of("chat", Map.of("text", "a")));

	private final FakeConnection connection = new FakeConnection();

	@Test
	void everyHandlerOfAConnectionIsGivenTheConnection() throws Exception {
		assertThat(call(HandlerKind.CONNECT, "connection", "connect")).isSameAs(this.connection);
		assertThat(call(HandlerKind.EVENT, "connection", this.event)).isSameAs(this.connection);
		assertThat(call(HandlerKind.EXCEPTION, "connection", new IOException())).isSameAs(this.connection);
	}

	@Test
	void aPrincipalIsGivenIfItHasTheType() throws Exception {
		assertThat(call(HandlerKind.CONNECT, "principal", "connect")).isNull();
		assertThat(call(HandlerKind.CONNECT, "user", "connect")).isNull();
		this.connection.principal(() -> "anna");
		assertThat(((Principal) call(HandlerKind.CONNECT, "principal", "connect")).getName()).isEqualTo("anna");
		assertThat(call(HandlerKind.CONNECT, "user", "connect")).isNull();
		this.connection.principal(new User("bob"));
		assertThat(call(HandlerKind.CONNECT, "user", "connect")).isEqualTo(new User("bob"));
	}

	@Test
	void anEventIsGivenAsAWholeAndAsItsPayload() throws Exception {
		assertThat(call(HandlerKind.EVENT, "eventAndPayload", this.event)).isEqualTo("chat {text=a} Text[text=a]");
	}

	@Test
	void disconnectIsGivenTheStatus() throws Exception {
		assertThat(call(HandlerKind.DISCONNECT, "status", CloseStatus.NORMAL)).isSameAs(CloseStatus.NORMAL);
	}

	@Test
	void anExceptionIsGivenItselfOrItsCause() throws Exception {
		IOException failure = new IOException();
		assertThat(call(HandlerKind.EXCEPTION, "io", failure)).isSameAs(failure);
		assertThat(call(HandlerKind.EXCEPTION, "io", new RuntimeException(failure))).isSameAs(failure);
		assertThat(call(HandlerKind.EXCEPTION, "io", new RuntimeException())).isNull();
	}

	@Test
	void genericTypesOfPayloadsAreKept() throws Exception {
		assertThat(call(HandlerKind.RECEIVE, "list", ClientMessage.text("[{\"text\":\"a\"}]"))).isEqualTo("a");
	}

	@Test
	void failuresOfTheMethodAreThrownAsTheyAre() {
		for (Throwable failure : List.of(new IOException(), new IllegalStateException(), new StackOverflowError())) {
			assertThatThrownBy(() -> call(HandlerKind.EXCEPTION, "rethrow", failure)).isSameAs(failure);
		}
		UndeclaredThrowableException undeclared = new UndeclaredThrowableException(new IOException());
		assertThatThrownBy(() -> call(HandlerKind.EXCEPTION, "rethrow", undeclared)).isSameAs(undeclared);
	}

	@Test
	void resolversOfTheApplicationComeFirst() throws Exception {
		Handler handler = TestHandlers.factory(new TypeResolver(Text.class, (parameter, message) -> new Text("custom")))
			.create(HandlerKind.EVENT, TestHandlers.method(Handlers.class, "eventAndPayload"), Handlers.class, false);
		assertThat(handler.payload()).isNull();
		assertThat(handler.invoke(new Handlers(), new HandlerInput(this.event, new HandlerHeaders(null))))
			.isEqualTo("chat {text=a} Text[text=custom]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			CONNECT    | @OnConnect               | ''
			DISCONNECT | @OnDisconnect            | ', CloseStatus'
			EXCEPTION  | @MessageExceptionHandler | ', the exception'
			""")
	void refusesAPayloadWhereThereIsNone(HandlerKind kind, String label, String own) {
		assertRefused(() -> create(kind, "payload", true),
				label + " handler " + Handlers.class.getName()
						+ ".payload: nobody can resolve parameter 0 'text' of type HandlerFactoryTests.Text",
				USE + own + OR_ADD);
	}

	@ParameterizedTest
	@CsvSource({ "RECEIVE, @OnReceive, ', one payload'", "EVENT, @OnEvent, ', Event, one payload'" })
	void refusesASecondPayload(HandlerKind kind, String label, String own) {
		assertRefused(() -> create(kind, "twoPayloads", true),
				label + " handler " + Handlers.class.getName()
						+ ".twoPayloads: nobody can resolve parameter 2 'second' of type String[] (parameter 0 'first' "
						+ "is the payload)",
				USE + own + OR_ADD);
	}

	@ParameterizedTest
	@CsvSource({ "EVENT, @OnEvent, Event and one payload", "EXCEPTION, @MessageExceptionHandler, the exception" })
	void refusesAConnectionInAWorker(HandlerKind kind, String label, String own) {
		assertRefused(() -> create(kind, "payloadAndConnection", false),
				label + " handler " + Handlers.class.getName() + ".payloadAndConnection: nobody can resolve parameter "
						+ ((kind == HandlerKind.EVENT)
								? "1 'connection' of type Connection (parameter 0 'payload' is " + "the payload)"
								: "0 'payload' of type Map"),
				"A worker has no connection: use " + own + OR_ADD);
	}

	@Test
	void aWorkerHasNoConnection() {
		HandlerInput input = new HandlerInput(this.event, new HandlerHeaders(null));
		assertThatIllegalStateException().isThrownBy(() -> HandlerHeaders.connection(input))
			.withMessage("A worker has no connection");
	}

	@Test
	void headersOfAConnectionAreUnmodifiable() {
		HandlerHeaders headers = new HandlerHeaders(this.connection);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> headers.put(HandlerHeaders.CONNECTION, "other"));
		assertThat(headers).containsOnlyKeys(HandlerHeaders.CONNECTION);
	}

	private Object call(HandlerKind kind, String method, Object input) throws Exception {
		return create(kind, method, true).invoke(new Handlers(),
				new HandlerInput(input, new HandlerHeaders(this.connection)));
	}

	private static Handler create(HandlerKind kind, String method, boolean connected) {
		return TestHandlers.factory()
			.create(kind, TestHandlers.method(Handlers.class, method), Handlers.class, connected);
	}

	record Text(String text) {

	}

	record User(String name) implements Principal {

		@Override
		public String getName() {
			return this.name;
		}

	}

	static class Handlers {

		Connection connection(Connection connection) {
			return connection;
		}

		Principal principal(Principal principal) {
			return principal;
		}

		User user(User user) {
			return user;
		}

		String eventAndPayload(Event event, Text text) {
			return event.type() + " " + event.payload() + " " + text;
		}

		CloseStatus status(CloseStatus status) {
			return status;
		}

		IOException io(IOException failure) {
			return failure;
		}

		String list(List<Text> texts) {
			return texts.get(0).text();
		}

		void rethrow(Throwable failure) throws Throwable {
			throw failure;
		}

		void payload(Text text) {
		}

		void payloadAndConnection(Map<String, Object> payload, Connection connection) {
		}

		void twoPayloads(Text first, Connection connection, String[] second) {
		}

	}

}
