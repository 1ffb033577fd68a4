package dev.channels.benchmarks.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.channels.benchmarks.load.Pace;
import dev.channels.benchmarks.load.Scenario;
import dev.channels.benchmarks.load.Scenarios;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link LoadOptions} and {@link Peer}.
 */
class LoadOptionsTests {

	@Test
	void withoutOptionsBothChatsGetAllScenarios() {
		LoadOptions options = LoadOptions.parse(List.of());
		assertThat(options.peers()).extracting(Peer::label).containsExactly("channels", "spring");
		assertThat(options.scenarios()).containsExactlyElementsOf(Scenarios.all().values());
		assertThat(options.rounds()).isEqualTo(3);
	}

	@Test
	void scaleKeepsBurstsWhole() {
		LoadOptions options = LoadOptions.parse(List.of("--scenarios=rooms,burst,burst-cold", "--scale=0.05"));
		assertThat(options.scenarios()).extracting(Scenario::messages).containsExactly(1_000, 300, 300);
		assertThat(options.scenarios()).extracting(Scenario::warmup).containsExactly(2_250, 300, 0);
		assertThat(options.scenarios()).extracting(Scenario::pace).containsExactly(Pace.WINDOW, Pace.BURST, Pace.BURST);
	}

	@Test
	void aPeerMayHaveProperties() {
		Peer peer = Peer.parse("channels+channels.threads.virtual=false");
		assertThat(peer.label()).isEqualTo("channels+channels.threads.virtual=false");
		assertThat(peer.arguments()).endsWith("--channels.threads.virtual=false");
	}

	@Test
	void aPeerMayBeAnotherBuildOfTheLibrary(@TempDir Path checkout) throws Exception {
		Path classes = Files.createDirectories(checkout.resolve("channels-spring/target/classes"));
		Path autoconfigure = Files.createDirectories(checkout.resolve("channels-spring-autoconfigure/target/classes"));
		Peer peer = Peer.parse("channels-jetty=" + checkout);
		assertThat(peer.label()).isEqualTo("channels-jetty@" + checkout.getFileName());
		assertThat(peer.classPath().entries()).startsWith(classes, autoconfigure)
			.containsAll(PeerKind.SPRING.classPath().without("tomcat-embed-", "spring-boot-tomcat").entries())
			.doesNotContainAnyElementsOf(library());
	}

	@Test
	void onlyOursHasTheLibraryOnItsClassPath() {
		assertThat(PeerKind.CHANNELS.classPath().entries()).containsAll(library());
		assertThat(PeerKind.SPRING.classPath().entries()).isNotEmpty().doesNotContainAnyElementsOf(library());
	}

	@Test
	void mistakesAreNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> LoadOptions.parse(List.of("--peers=sprong")))
			.withMessageStartingWith("There is no peer 'sprong' but channels, channels-virtual");
		assertThatIllegalArgumentException().isThrownBy(() -> LoadOptions.parse(List.of("--scenarios=fanout")))
			.withMessageStartingWith("There is no scenario 'fanout' but fanout-w1");
		assertThatIllegalArgumentException().isThrownBy(() -> LoadOptions.parse(List.of("--round=3")))
			.withMessage("'--round=3' is no option");
		assertThatIllegalArgumentException().isThrownBy(() -> Peer.parse("channels=/no/such/place"))
			.withMessage("There is no /no/such/place: is it compiled?");
	}

	private static List<Path> library() {
		List<Path> all = ClassPath.current().entries();
		List<Path> others = ClassPath.current().withoutLibrary().entries();
		List<Path> library = all.stream().filter((entry) -> !others.contains(entry)).toList();
		assertThat(library).hasSize(2);
		return library;
	}

}
