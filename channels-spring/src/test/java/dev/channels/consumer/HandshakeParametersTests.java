package dev.channels.consumer;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.connection.ClientMessage;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Parameters that are facts of the handshake, and such that are not.
 */
class HandshakeParametersTests {

	private final FakeConnection connection = new FakeConnection().pathVariable("room", "lobby")
		.queryParam("tag", "a")
		.queryParam("tag", "b")
		.header("X-Tenant", "t1")
		.header("X-Tenant", "t2")
		.cookie("theme", "dark");

	@Test
	void allFactsOfAKind() throws Exception {
		assertThat(call("maps")).isEqualTo("{room=lobby} {tag=a} {theme=dark} t1");
		assertThat(call("multi")).isEqualTo("{tag=[a, b]} [t1, t2] [t1, t2] [t1, t2]");
	}

	@Test
	void theLanguageThatTheBrowserAsksFor() throws Exception {
		assertThat(call("locale")).isEqualTo(Locale.getDefault());
		this.connection.header("Accept-Language", "fr-CH, de;q=0.5");
		assertThat(call("locale")).isEqualTo(Locale.forLanguageTag("fr-CH"));
	}

	@Test
	void aLanguageThatIsNoneIsNobodysError() throws Exception {
		this.connection.header("Accept-Language", "\u0000;q=x");
		assertThat(call("locale")).isEqualTo(Locale.getDefault());
	}

	@Test
	void aPrincipalMayBeAbsent() throws Exception {
		assertThat(call("principal")).isEqualTo(Optional.empty());
		Principal principal = () -> "ann";
		this.connection.principal(principal);
		assertThat(call("principal")).isEqualTo(Optional.of(principal));
	}

	@ParameterizedTest
	@CsvSource({ "request, request, HttpServletRequest, ''", "header, user, String, ', annotated @Header'",
			"value, key, String, ', annotated @Value'", "channels, channels, Channels, ''" })
	void whatIsSomethingElseElsewhereIsNoPayload(String method, String parameter, String type, String annotated) {
		assertRefused(() -> handler(HandlerKind.RECEIVE, method),
				"@OnReceive handler " + Parameters.class.getName() + "." + method + ": nobody can resolve parameter 0 '"
						+ parameter + "' of type " + type + annotated,
				"Use Connection, Principal, @PathVariable, @RequestParam, @RequestHeader, @CookieValue, "
						+ "@SessionAttribute, HttpHeaders, Locale, one payload, or add an argument resolver in a "
						+ "ChannelsConfigurer bean.");
	}

	@Test
	void aPayloadMaySayThatItIsOne() throws Exception {
		for (String method : List.of("body", "payload")) {
			Handler handler = handler(HandlerKind.RECEIVE, method);
			assertThat(handler.invoke(new Parameters(),
					new HandlerInput(ClientMessage.text("{}"), new HandlerHeaders(this.connection))))
				.isEqualTo(Map.of());
		}
	}

	@Test
	void aClassWithoutNamesOfParametersStopsTheStart(@TempDir Path directory) throws Exception {
		Class<?> type = compileWithoutParameters(directory);
		try (TestContext test = new TestContext(type)) {
			assertRefused(() -> test.serve("nameless", this.connection),
					"@OnConnect handler Nameless.connect: @PathVariable parameter 0 of type String has no name: the "
							+ "class was compiled without -parameters",
					"Compile with -parameters (Maven: <parameters>true</parameters> for maven-compiler-plugin; "
							+ "Gradle: options.compilerArgs.add('-parameters'); an IDE: in the settings of its Java "
							+ "compiler), or write @PathVariable(\"the-name\").");
		}
	}

	private static Class<?> compileWithoutParameters(Path directory) throws Exception {
		Path source = Files.writeString(directory.resolve("Nameless.java"), """
				@dev.channels.Consumer("nameless")
				class Nameless {

					@dev.channels.OnConnect
					void connect(@org.springframework.web.bind.annotation.PathVariable String room) {
					}

				}
				""");
		String classPath = Stream.of(Consumer.class, PathVariable.class, org.springframework.stereotype.Component.class)
			.map((type) -> new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).getPath())
			.collect(Collectors.joining(File.pathSeparator));
		int status = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-proc:none", "-cp", classPath, "-d", directory.toString(), source.toString());
		assertThat(status).isZero();
		URLClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() },
				HandshakeParametersTests.class.getClassLoader());
		return loader.loadClass("Nameless");
	}

	private Object call(String method) throws Exception {
		return handler(HandlerKind.CONNECT, method).invoke(new Parameters(),
				new HandlerInput("connect", new HandlerHeaders(this.connection)));
	}

	private static Handler handler(HandlerKind kind, String method) {
		return TestHandlers.factory()
			.create(kind, TestHandlers.method(Parameters.class, method), Parameters.class, true);
	}

	static class Parameters {

		String maps(@PathVariable Map<String, String> variables, @RequestParam Map<String, String> query,
				@CookieValue Map<String, String> cookies, @RequestHeader Map<String, String> headers) {
			return variables + " " + query + " " + cookies + " " + headers.get("x-tenant");
		}

		String multi(@RequestParam MultiValueMap<String, String> query,
				@RequestHeader MultiValueMap<String, String> headers, @RequestHeader HttpHeaders annotated,
				HttpHeaders plain) {
			return query + " " + headers.get("x-tenant") + " " + annotated.get("x-tenant") + " "
					+ plain.get("x-tenant");
		}

		Locale locale(Locale locale) {
			return locale;
		}

		Object principal(Optional<Principal> principal) {
			return List.of(principal).get(0);
		}

		void request(HttpServletRequest request) {
		}

		void header(@Header String user) {
		}

		void value(@Value("${key}") String key) {
		}

		void channels(Channels channels) {
		}

		Object body(@RequestBody Map<String, Object> body, Connection connection) {
			return body;
		}

		Object payload(@Payload Map<String, Object> body) {
			return body;
		}

	}

}
