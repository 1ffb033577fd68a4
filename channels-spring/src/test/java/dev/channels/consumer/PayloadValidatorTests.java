package dev.channels.consumer;

import java.util.List;

import dev.channels.Consumer;
import dev.channels.EventType;
import dev.channels.InvalidMessageException;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.connection.ClientMessage;
import dev.channels.layer.TestLayer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.validation.groups.Default;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.FieldError;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link PayloadValidator}.
 */
class PayloadValidatorTests {

	private static final LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();

	@BeforeAll
	static void start() {
		validator.afterPropertiesSet();
	}

	@AfterAll
	static void stop() {
		validator.close();
	}

	@Test
	void aValidMessageIsHandled() throws Exception {
		assertThat(receive("valid", "{\"text\":\"a\"}")).isEqualTo("a");
	}

	@Test
	void anInvalidMessageIsNotHandled() {
		assertThatExceptionOfType(MethodArgumentNotValidException.class)
			.isThrownBy(() -> receive("valid", "{\"text\":\"\"}"))
			.satisfies((ex) -> assertThat(ex.getBindingResult().getFieldErrors()).extracting(FieldError::getField)
				.containsExactly("text"));
	}

	@Test
	void groupsOfConstraintsAreChosen() throws Exception {
		assertThat(receive("valid", "{\"text\":\"too long\"}")).isEqualTo("too long");
		assertThatExceptionOfType(MethodArgumentNotValidException.class)
			.isThrownBy(() -> receive("validated", "{\"text\":\"too long\"}"));
	}

	@Test
	void whatDoesNotAskForItIsNotValidated() throws Exception {
		assertThat(receive("unchecked", "{\"text\":\"\"}")).isEmpty();
	}

	@Test
	void eventsAreValidatedToo() {
		Handler handler = TestHandlers.factory(validator)
			.create(HandlerKind.EVENT, TestHandlers.method(Handlers.class, "event"), Handlers.class, true);
		Message<?> event = input(new TestLayer().share(new Input("")));
		assertThatExceptionOfType(MethodArgumentNotValidException.class)
			.isThrownBy(() -> handler.invoke(new Handlers(), event));
	}

	@Test
	void theTextOfTheErrorDoesNotRepeatTheMessage() {
		assertThatExceptionOfType(MethodArgumentNotValidException.class)
			.isThrownBy(() -> receive("validated", "{\"text\":\"s3cr3t\"}"))
			.satisfies((ex) -> assertThat(ex.getFailedMessage()).hasToString("input of a handler"));
	}

	@Test
	void nobodyHandlesItAndItIsTheClientsMistake() {
		try (TestContext test = new TestContext(Handlers.class).validator(validator)) {
			FakeConnection connection = new FakeConnection();
			assertThatExceptionOfType(InvalidMessageException.class)
				.isThrownBy(() -> test.serve("handlers", connection)
					.receive(ClientMessage.text("{\"type\":\"validated\"}")))
				.withMessage("a message that is not valid: 1 error(s) in PayloadValidatorTests.Input")
				.withNoCause()
				.returns(1008, InvalidMessageException::closeCode);
		}
	}

	@Test
	void thereHasToBeAValidator() {
		for (String name : List.of("valid", "validated", "event")) {
			HandlerKind kind = name.equals("event") ? HandlerKind.EVENT : HandlerKind.RECEIVE;
			assertRefused(
					() -> TestHandlers.factory()
						.create(kind, TestHandlers.method(Handlers.class, name), Handlers.class, true),
					kind + " handler " + Handlers.class.getName() + "." + name
							+ ": parameter 'input' is to be validated, but there is no validator",
					"Add spring-boot-starter-validation, or remove the annotation.");
		}
	}

	private static String receive(String method, String text) throws Exception {
		Handler handler = TestHandlers.factory(validator)
			.create(HandlerKind.RECEIVE, TestHandlers.method(Handlers.class, method), Handlers.class, true);
		return (String) handler.invoke(new Handlers(), input(ClientMessage.text(text)));
	}

	private static Message<?> input(Object payload) {
		return new HandlerInput(payload, new HandlerHeaders(new FakeConnection()));
	}

	interface Strict {

	}

	@EventType("input")
	record Input(@NotBlank(groups = {
			Default.class, Strict.class }) @Size(max = 3, groups = Strict.class) String text){

	}

	@Consumer("handlers")
	static class Handlers {

		@OnReceive("valid")
		String valid(@Valid Input input) {
			return input.text();
		}

		@OnReceive("validated")
		String validated(@Validated(Strict.class) Input input) {
			return input.text();
		}

		@OnReceive
		String unchecked(Input input) {
			return input.text();
		}

		@OnEvent
		void event(@Valid Input input) {
		}

	}

}
