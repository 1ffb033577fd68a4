package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
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
		assertThat(this.probes.haveAllCameBackSince(0)).isFalse();
		this.probes.expect(Set.of("a", "b"), 1);
		this.probes.echo("a", 2);
		assertThat(this.probes.haveAllCameBackSince(1)).isFalse();
		this.probes.echo("b", 3);
		assertThat(this.probes.haveAllCameBackSince(1)).isTrue();
		assertThat(this.probes.haveAllCameBackSince(2)).isFalse();
	}

	@Test
	void aWayIsSilentThatHasNoEchoForLong() {
		this.probes.expect(Set.of("a", "b"), 10);
		this.probes.echo("b", 20);
		assertThat(this.probes.silentSince(10)).isEmpty();
		assertThat(this.probes.silentSince(15)).containsExactly("a");
		assertThat(this.probes.lastSign(Set.of("a", "b"))).isEqualTo(10);
		this.probes.begin(30);
		assertThat(this.probes.silentSince(30)).isEmpty();
	}

	@Test
	void aWayThatGivesASignIsNotSilentButNotBackEither() {
		this.probes.expect(Set.of("a"), 10);
		this.probes.sign("a", 20);
		assertThat(this.probes.silentSince(15)).isEmpty();
		assertThat(this.probes.haveAllCameBackSince(15)).isFalse();
	}

	@Test
	void anEchoThatOvertookAnotherCounts() {
		this.probes.expect(Set.of("a"), 1);
		this.probes.echo("a", 5);
		this.probes.echo("a", 4);
		this.probes.echo("unknown", 9);
		assertThat(this.probes.lastSign(Set.of("a"))).isEqualTo(5);
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
		assertThat(this.probes.haveAllCameBackSince(41)).isTrue();
		assertThat(this.probes.take("b", "{\"type\":\"chat.message\"}".getBytes(StandardCharsets.UTF_8))).isFalse();
		assertThat(this.probes.take("b", new byte[0])).isFalse();
		assertThat(this.probes.take("b", new byte[] { (byte) 0x82 })).isFalse();
	}

}
