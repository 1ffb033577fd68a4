package dev.channels.consumer;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.channels.InvalidMessageException;
import org.junit.jupiter.api.Test;

import org.springframework.core.convert.ConversionException;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.SessionAttribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link NamedValueResolver}.
 */
class NamedValueResolverTests {

	private final FakeConnection connection = new FakeConnection().pathVariable("room", "lobby")
		.pathVariable("id", "7")
		.queryParam("page", "3")
		.queryParam("tag", "a")
		.queryParam("tag", "b")
		.queryParam("number", "1")
		.queryParam("number", "2")
		.queryParam("empty", "")
		.header("X-Tenant", "blue")
		.cookie("theme", "DARK");

	@Test
	void findsValuesByTheirKind() throws Exception {
		assertThat(call("kinds")).isEqualTo("lobby 3 blue DARK");
	}

	@Test
	void convertsValues() throws Exception {
		assertThat(call("conversions")).isEqualTo("8 4 DARK [1, 2] [1, 2]");
	}

	@Test
	void severalValuesForATextAreOne() throws Exception {
		assertThat(call("severalForText")).isEqualTo("a,b");
	}

	@Test
	void whatMayBeMissingIsNullOrEmpty() throws Exception {
		assertThat(call("missing")).isEqualTo("null null null null Optional.empty");
	}

	@Test
	void anOptionalValueThatIsThereIsGiven() throws Exception {
		assertThat(call("optional")).isEqualTo("Optional[3] Optional[lobby]");
	}

	@Test
	void defaultsStandInForMissingAndEmptyValues() throws Exception {
		assertThat(call("defaults")).isEqualTo("1 none none light");
	}

	@Test
	void aMissingValueIsTheClientsMistake() {
		assertInvalid("requiredPathVariable", "the client gave no value for @PathVariable 'missing'");
		assertInvalid("requiredParam", "the client gave no value for @RequestParam 'missing'");
		assertInvalid("requiredHeader", "the client gave no value for @RequestHeader 'missing'");
		assertInvalid("requiredCookie", "the client gave no value for @CookieValue 'missing'");
	}

	@Test
	void aValueIsCalledWhatTheClientCallsIt() {
		assertInvalid("renamed", "the client gave no value for @RequestHeader 'X-Missing'");
		assertInvalid("renamedNumber", "the client's value for @RequestHeader 'X-Tenant' cannot be converted");
	}

	@Test
	void aValueThatCannotBeConvertedIsTheClientsMistakeAndNotRepeated() {
		assertInvalid("numberFromText", "the client's value for @PathVariable 'room' cannot be converted");
		assertInvalid("enumFromText", "the client's value for @RequestParam 'page' cannot be converted");
	}

	@Test
	void aPrimitiveCannotBeMissing() {
		assertRefused("optionalPrimitive",
				": @RequestParam 'missing' is not required, but its type int has no value for that",
				"Take Integer, or give a default value.");
	}

	@Test
	void anEmptyTextIsNoNumber() {
		this.connection.queryParam("blank", "");
		assertInvalid("emptyNumber", "the client's value for @RequestParam 'blank' cannot be converted");
	}

	@Test
	void textHasToBeConvertible() {
		assertRefused("unconvertible", ": text cannot be converted to Map for @RequestParam 'filter'",
				"Take a String, or add a Converter from String to the type.");
	}

	@Test
	void sessionAttributesAreGivenAsTheyAre() throws Exception {
		this.connection.sessionAttribute("cart", List.of(1, 2));
		assertThat(call("session")).isEqualTo("[1, 2] null");
	}

	@Test
	void aMissingSessionAttributeIsTheClientsMistake() {
		assertInvalid("session", "the client gave no value for @SessionAttribute 'cart'");
	}

	@Test
	void aSessionAttributeOfAnotherTypeIsNot() {
		this.connection.sessionAttribute("cart", new Object());
		assertThatExceptionOfType(ConversionException.class).isThrownBy(() -> call("session"));
	}

	private void assertRefused(String method, String problem, String action) {
		ConfigurationErrors.assertRefused(() -> call(method),
				"@OnConnect handler " + Handlers.class.getName() + "." + method + problem, action);
	}

	@Test
	void aWorkerHasNoSuchValues() {
		ConfigurationErrors.assertRefused(
				() -> TestHandlers.factory()
					.create(HandlerKind.CONNECT, TestHandlers.method(Handlers.class, "kinds"), Handlers.class, false),
				"@OnConnect handler " + Handlers.class.getName() + ".kinds: nobody can resolve parameter 0 'room' of "
						+ "type String, annotated @PathVariable",
				"A worker has no connection: use Event and one payload, or add an argument resolver in a "
						+ "ChannelsConfigurer bean.");
	}

	private Object call(String method) throws Exception {
		Handler handler = TestHandlers.factory()
			.create(HandlerKind.CONNECT, TestHandlers.method(Handlers.class, method), Handlers.class, true);
		return handler.invoke(new Handlers(), new HandlerInput("connect", new HandlerHeaders(this.connection)));
	}

	private void assertInvalid(String method, String problem) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> call(method))
			.withMessage(problem)
			.withNoCause()
			.returns(1008, InvalidMessageException::closeCode);
	}

	enum Theme {

		DARK, LIGHT

	}

	static class Handlers {

		String kinds(@PathVariable String room, @RequestParam String page, @RequestHeader("X-Tenant") String tenant,
				@CookieValue(name = "theme") String cookie) {
			return room + " " + page + " " + tenant + " " + cookie;
		}

		String conversions(@PathVariable int id, @RequestParam long page, @CookieValue Theme theme,
				@RequestParam List<Integer> number, @RequestParam("number") Integer[] array) {
			return (id + 1) + " " + (page + 1) + " " + theme + " " + number + " " + List.of(array);
		}

		int emptyNumber(@RequestParam int blank) {
			return blank;
		}

		String unconvertible(@RequestParam("filter") Map<String, Integer> filter) {
			return "";
		}

		String session(@SessionAttribute List<Integer> cart, @SessionAttribute(required = false) String other) {
			return cart + " " + other;
		}

		String severalForText(@RequestParam String tag) {
			return tag;
		}

		String missing(@PathVariable(required = false) String a, @RequestParam(required = false) Integer b,
				@RequestHeader(required = false) String c, @CookieValue(required = false) String d,
				@RequestParam Optional<Integer> e) {
			return a + " " + b + " " + c + " " + d + " " + e;
		}

		String optional(@RequestParam Optional<Integer> page, @PathVariable Optional<String> room) {
			return page + " " + room;
		}

		String defaults(@RequestParam(defaultValue = "1") int missing,
				@RequestParam(defaultValue = "none") String empty, @RequestHeader(defaultValue = "none") String header,
				@CookieValue(name = "other", defaultValue = "light") String cookie) {
			return missing + " " + empty + " " + header + " " + cookie;
		}

		void requiredPathVariable(@PathVariable String missing) {
		}

		void requiredParam(@RequestParam String missing) {
		}

		void requiredHeader(@RequestHeader String missing) {
		}

		void requiredCookie(@CookieValue String missing) {
		}

		void renamed(@RequestHeader("X-Missing") String tenant) {
		}

		void renamedNumber(@RequestHeader("X-Tenant") int tenant) {
		}

		void numberFromText(@PathVariable int room) {
		}

		void enumFromText(@RequestParam Theme page) {
		}

		void optionalPrimitive(@RequestParam(required = false) int missing) {
		}

	}

}
