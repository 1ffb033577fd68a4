package dev.channels.layer.redis;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RedisLayerRuntimeHints}.
 */
class RedisLayerRuntimeHintsTests {

	@Test
	void everyScriptIsInANativeImage() {
		RuntimeHints hints = new RuntimeHints();
		List<RuntimeHintsRegistrar> registrars = SpringFactoriesLoader
			.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class);
		registrars.forEach((registrar) -> registrar.registerHints(hints, null));
		assertThat(Script.values()).allMatch((script) -> RuntimeHintsPredicates.resource()
			.forResource("dev/channels/layer/redis/" + script.name().toLowerCase(Locale.ROOT) + ".lua")
			.test(hints));
	}

}
