package dev.channels.architecture;

import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The library keeps to its {@link ArchitectureRules}, and each rule catches the
 * violations planted for it: they are below the package {@code planted}, which has
 * packages of the same names as the library.
 */
class ArchitectureTests {

	private static final JavaClasses library = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("dev.channels");

	private static final String PLANTED = "dev.channels.architecture.planted";

	private static final JavaClasses planted = new ClassFileImporter().importPackages(PLANTED);

	private static final Map<String, Function<ArchitectureRules, ArchRule>> RULES = Map.of( //
			"import table", ArchitectureRules::importTable, //
			"no cycles", ArchitectureRules::noCycles, //
			"containers", ArchitectureRules::containersOnlyInWebSocket, //
			"redis", ArchitectureRules::redisOnlyInItsLayer, //
			"no Spring Boot", ArchitectureRules::noSpringBoot, //
			"no Impl", ArchitectureRules::noImpl, //
			"null-marked", ArchitectureRules::nullMarked, //
			"log framework", ArchitectureRules::onlyOneLogFramework);

	static Stream<String> rules() {
		return RULES.keySet().stream();
	}

	static Stream<Arguments> violations() {
		return Stream.of( //
				Arguments.of("import table", "planted.layer.ImportsConnection"),
				Arguments.of("import table", "planted.connection.ImportsRouting"),
				Arguments.of("import table", "planted.RootImportsLayer"),
				Arguments.of("import table", "planted.unknown.InNoTable"),
				Arguments.of("no cycles", "Cycle detected: Slice " + PLANTED + ".connection"),
				Arguments.of("containers", "planted.connection.KnowsServlets"),
				Arguments.of("redis", "planted.connection.KnowsRedis"),
				Arguments.of("no Spring Boot", "planted.consumer.KnowsBoot"),
				Arguments.of("no Impl", "planted.websocket.BadlyNamedImpl"),
				Arguments.of("null-marked", "planted.unknown.InNoTable"),
				Arguments.of("log framework", "planted.consumer.Prints"),
				Arguments.of("log framework", "planted.consumer.LogsElsewhere"));
	}

	@Test
	void theWholeLibraryIsLookedAt() {
		assertThat(library.size()).isGreaterThan(150);
		assertThat(library.contain("dev.channels.connection.ConnectionRuntime")).isTrue();
		assertThat(library.stream().filter((type) -> type.getPackageName().startsWith(PLANTED))).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("rules")
	void libraryKeepsToTheRule(String rule) {
		RULES.get(rule).apply(new ArchitectureRules("dev.channels")).check(library);
	}

	@ParameterizedTest
	@MethodSource("violations")
	void ruleCatchesThePlantedViolation(String rule, String offender) {
		EvaluationResult result = evaluatePlanted(rule);
		assertThat(result.getFailureReport().getDetails()).anyMatch((line) -> line.contains(offender));
	}

	@ParameterizedTest
	@MethodSource("rules")
	void ruleLeavesTheInnocentAlone(String rule) {
		assertThat(evaluatePlanted(rule).getFailureReport().getDetails())
			.noneMatch((line) -> line.matches("(?s)(\\w+ <)?" + Pattern.quote(PLANTED) + "[.\\w]*\\.Innocent.*"));
	}

	private static EvaluationResult evaluatePlanted(String rule) {
		return RULES.get(rule).apply(new ArchitectureRules(PLANTED)).evaluate(planted);
	}

}
