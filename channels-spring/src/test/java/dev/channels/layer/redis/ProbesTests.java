package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Probes}.
 */
class ProbesTests {

	private final Probes probes = new Probes(100);

	@Test
	void nothingIsBackBeforeItsEcho() {
		assertThat(this.probes.haveAllCameBackSince(0, Set.of())).isFalse();
		this.probes.expect(Set.of("a", "b"), 1);
		this.probes.echo("a", 2);
		assertThat(this.probes.haveAllCameBackSince(1, Set.of())).isFalse();
		this.probes.echo("b", 3);
		assertThat(this.probes.haveAllCameBackSince(1, Set.of())).isTrue();
		assertThat(this.probes.haveAllCameBackSince(2, Set.of())).isFalse();
	}

	@Test
	void aWayIsSilentThatHasNoEchoForLong() {
		this.probes.expect(Set.of("a", "b"), 10);
		this.probes.echo("b", 20);
		assertThat(this.probes.silentSince(10)).isEmpty();
		assertThat(this.probes.silentSince(15)).containsExactly(Map.entry("a", 10L));
		assertThat(this.probes.silentSince(25)).containsOnly(Map.entry("a", 10L), Map.entry("b", 20L));
		this.probes.begin("b", 30);
		assertThat(this.probes.silentSince(25)).containsExactly(Map.entry("a", 10L));
		this.probes.begin(30);
		assertThat(this.probes.silentSince(30)).isEmpty();
	}

	@Test
	void whatMayStayAwayDoesNotCount() {
		this.probes.expect(Set.of("a", "b"), 1);
		this.probes.echo("a", 3);
		assertThat(this.probes.haveAllCameBackSince(2, Set.of())).isFalse();
		assertThat(this.probes.haveAllCameBackSince(2, Set.of("b"))).isTrue();
		assertThat(this.probes.haveAllCameBackSince(4, Set.of("b"))).isFalse();
		assertThat(this.probes.haveAllCameBackSince(2, Set.of("a", "b"))).as("somebody has to be back").isFalse();
	}

	@Test
	void aWayThatGivesASignIsNotSilentButNotBackEither() {
		this.probes.expect(Set.of("a"), 10);
		this.probes.sign("a", 20);
		assertThat(this.probes.silentSince(15)).isEmpty();
		assertThat(this.probes.haveAllCameBackSince(15, Set.of())).isFalse();
	}

	@Test
	void anEchoThatOvertookAnotherCounts() {
		this.probes.expect(Set.of("a"), 1);
		this.probes.echo("a", 5);
		this.probes.echo("a", 4);
		this.probes.echo("unknown", 9);
		assertThat(this.probes.silentSince(9)).containsExactly(Map.entry("a", 5L));
	}

	@Test
	void whatIsGivenUpInSilenceIsReplacedUntilItIsThereAgain() {
		this.probes.expect(Set.of("silent", "alive", "stays"), 1);
		this.probes.echo("silent", 10);
		this.probes.echo("alive", 190);
		assertThat(this.probes.expect(Set.of("stays"), 200)).isTrue();
		assertThat(this.probes.isReplaced("silent")).isTrue();
		assertThat(this.probes.isReplaced("alive")).isFalse();
		assertThat(this.probes.isReplaced("stays")).isFalse();
		assertThat(this.probes.expect(Set.of("stays", "silent"), 300)).isFalse();
		assertThat(this.probes.isReplaced("silent")).isFalse();
	}

	@Test
	void takesProbesAndNothingElse() {
		this.probes.expect(Set.of("a", "b"), 1);
		assertThat(this.probes.take("b", Probes.write("a", 42))).isTrue();
		assertThat(this.probes.haveAllCameBackSince(41, Set.of())).isTrue();
		assertThat(this.probes.take("b", "{\"type\":\"chat.message\"}".getBytes(StandardCharsets.UTF_8))).isFalse();
		assertThat(this.probes.take("b", new byte[0])).isFalse();
		assertThat(this.probes.take("b", new byte[] { (byte) 0x82 })).isFalse();
	}

}
