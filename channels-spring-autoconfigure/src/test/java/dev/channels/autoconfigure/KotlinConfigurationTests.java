package dev.channels.autoconfigure;

import dev.channels.ChannelsConfigurationException;
import dev.channels.kotlin.Defaults;
import dev.channels.kotlin.Many;
import dev.channels.kotlin.Suspending;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Consumers in Kotlin that cannot work.
 */
class KotlinConfigurationTests {

	private static final String ADD_BOTH = "Add org.jetbrains.kotlin:kotlin-reflect and "
			+ "org.jetbrains.kotlinx:kotlinx-coroutines-reactor, or write a plain fun that returns a CompletionStage.";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, ChannelsAutoConfiguration.class,
				ChannelsWebSocketAutoConfiguration.class));

	@Test
	void aSuspendFunctionNeedsCoroutines() {
		assertRefused(Suspending.class, "suspending", "kotlinx.coroutines.reactor",
				"@OnConnect handler dev.channels.kotlin.Suspending.connect is a suspend function, but kotlin-reflect "
						+ "or kotlinx-coroutines-reactor is missing",
				ADD_BOTH);
	}

	@Test
	void aSuspendFunctionNeedsReflection() {
		assertRefused(Suspending.class, "suspending", "kotlin.reflect.full",
				"@OnConnect handler dev.channels.kotlin.Suspending.connect is a suspend function, but kotlin-reflect "
						+ "or kotlinx-coroutines-reactor is missing",
				ADD_BOTH);
	}

	@Test
	void defaultArgumentsNeedReflection() {
		assertRefused(Defaults.class, "defaults", "kotlin.reflect.full",
				"@OnReceive handler dev.channels.kotlin.Defaults.receive has default arguments, but kotlin-reflect is "
						+ "missing",
				"Add org.jetbrains.kotlin:kotlin-reflect, or take nullable parameters.");
	}

	@Test
	void aFlowDecidesNoHandshake() {
		assertRefused(Many.class, "many", "none",
				"@OnConnect handler dev.channels.kotlin.Many.connect returns Flow, but a handshake is decided once",
				"Return void, or a CompletionStage or Mono; send several messages with Connection.send.");
	}

	private void assertRefused(Class<?> consumer, String name, String missing, String description, String action) {
		this.runner.withClassLoader(new FilteredClassLoader(missing))
			.withBean(name, consumer)
			.withPropertyValues("channels.routes[0].path=/ws", "channels.routes[0].consumer=" + name)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(ChannelsConfigurationException.class, (failure) -> {
					assertThat(failure).hasMessage(description);
					assertThat(failure.action()).isEqualTo(action);
				}));
	}

}
