package dev.channels.architecture;

import java.util.List;
import java.util.Map;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The rules of the library's architecture, for the packages below a root package.
 */
final class ArchitectureRules {

	/** What a package may import of ours, by names relative to the root package. */
	private static final Map<String, List<String>> IMPORTS = Map.of( //
			"", List.of(), //
			"layer", List.of(""), //
			"layer.redis", List.of("layer", ""), //
			"routing", List.of(""), //
			"connection", List.of("layer", ""), //
			"consumer", List.of("connection", "layer", "routing", ""), //
			"worker", List.of("consumer", "layer", "routing", ""), //
			"websocket", List.of("connection", "consumer", "routing", ""));

	private final String root;

	ArchitectureRules(String root) {
		this.root = root;
	}

	ArchRule importTable() {
		return classes().should(new KeepToImportTable());
	}

	ArchRule noCycles() {
		return SlicesRuleDefinition.slices().assignedFrom(new ByPackage()).should().beFreeOfCycles();
	}

	ArchRule containersOnlyInWebSocket() {
		return noClasses().that()
			.resideOutsideOfPackage(this.root + ".websocket")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.web.socket..", "jakarta.servlet..", "jakarta.websocket..",
					"org.apache.tomcat..", "org.apache.catalina..", "org.apache.coyote..", "org.eclipse.jetty..");
	}

	ArchRule redisOnlyInItsLayer() {
		return noClasses().that()
			.resideOutsideOfPackage(this.root + ".layer.redis")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.data..", "io.lettuce..", "org.msgpack..");
	}

	ArchRule noSpringBoot() {
		return noClasses().should().dependOnClassesThat().resideInAnyPackage("org.springframework.boot..");
	}

	ArchRule noImpl() {
		return noClasses().should().haveSimpleNameEndingWith("Impl");
	}

	ArchRule nullMarked() {
		return classes().should(new BeInNullMarkedPackage());
	}

	ArchRule onlyOneLogFramework() {
		return noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.slf4j..", "java.util.logging..", "ch.qos.logback..")
			.orShould()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err")
			.orShould()
			.callMethod(Throwable.class, "printStackTrace");
	}

	private String relative(String packageName) {
		return packageName.equals(this.root) ? "" : packageName.substring(this.root.length() + 1);
	}

	private boolean isOurs(JavaClass type) {
		return type.getPackageName().equals(this.root) || type.getPackageName().startsWith(this.root + ".");
	}

	private final class KeepToImportTable extends ArchCondition<JavaClass> {

		KeepToImportTable() {
			super("import only what the table allows");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			String from = relative(type.getPackageName());
			List<String> allowed = IMPORTS.get(from);
			if (allowed == null) {
				events.add(SimpleConditionEvent.violated(type,
						type.getName() + " is in package '" + from + "', which the table does not name"));
				return;
			}
			type.getDirectDependenciesFromSelf()
				.stream()
				.filter((dependency) -> isOurs(dependency.getTargetClass().getBaseComponentType()))
				.filter((dependency) -> {
					String to = relative(dependency.getTargetClass().getBaseComponentType().getPackageName());
					return !to.equals(from) && !allowed.contains(to);
				})
				.forEach((dependency) -> events
					.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
		}

	}

	private static final class BeInNullMarkedPackage extends ArchCondition<JavaClass> {

		BeInNullMarkedPackage() {
			super("be in a @NullMarked package");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			JavaPackage ofType = type.getPackage();
			if (!ofType.isAnnotatedWith(NullMarked.class)) {
				events.add(SimpleConditionEvent.violated(type,
						type.getName() + " is in a package whose package-info has no @NullMarked"));
			}
		}

	}

	private static final class ByPackage implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return SliceIdentifier.of(type.getPackageName());
		}

		@Override
		public String getDescription() {
			return "packages";
		}

	}

}
