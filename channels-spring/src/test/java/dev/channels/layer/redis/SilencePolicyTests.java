package dev.channels.layer.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SilencePolicy}.
 */
class SilencePolicyTests {

	private static final int WAYS = 4;

	private final SilencePolicy policy = new SilencePolicy(true);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			cluster | silent                  | remedy
			false   |                         | NONE
			false   | Redis                   | OPEN_ANEW
			false   | subscriptions           | OPEN_ANEW
			true    |                         | NONE
			true    | a:1                     | NONE
			true    | a:1 b:2                 | NONE
			true    | subscriptions           | LISTEN_ANEW
			true    | subscriptions a:1       | LISTEN_ANEW
			true    | subscriptions on a:1    | NONE
			true    | a:1 b:2 c:3 subscriptions | OPEN_ANEW
			""", useHeadersInDisplayName = true)
	void decides(boolean cluster, String silent, SilencePolicy.Remedy remedy) {
		assertThat(new SilencePolicy(cluster).decide(silences(silent, 0), WAYS, seconds(3)).remedy()).isEqualTo(remedy);
	}

	@Test
	void aSilenceIsNewsOnce() {
		assertThat(this.policy.decide(silences("a:1", 0), WAYS, seconds(3)).fresh()).containsExactly("a:1");
		assertThat(this.policy.decide(silences("a:1", 0), WAYS, seconds(4)).fresh()).isEmpty();
		assertThat(this.policy.decide(silences("a:1 b:2", 0), WAYS, seconds(4)).fresh()).containsExactly("b:2");
		assertThat(this.policy.silent()).containsExactlyInAnyOrder("a:1", "b:2");
		assertThat(this.policy.decide(silences("b:2", 0), WAYS, seconds(4)).fresh()).isEmpty();
		assertThat(this.policy.decide(silences("a:1 b:2", 4), WAYS, seconds(7)).fresh()).as("anew")
			.containsExactly("a:1");
	}

	/**
	 * However old the session is: one silent master never costs the connections to the
	 * others.
	 */
	@Test
	void aMasterThatStaysSilentIsAskedNowAndThen() {
		for (int hours = 0; hours < 5; hours++) {
			long begin = hours * 3600;
			int asked = 0;
			for (long second = 3; second < 63; second++) {
				SilencePolicy.Decision decision = this.policy.decide(silences("a:1", begin), WAYS,
						seconds(begin + second));
				assertThat(decision.remedy()).isEqualTo(SilencePolicy.Remedy.NONE);
				assertThat(decision.suspects()).isIn(List.of(), List.of("a:1"));
				assertThat(decision.suspects().isEmpty() || second > 5).isTrue();
				asked += decision.suspects().size();
			}
			assertThat(asked).isBetween(9, 11);
			this.policy.decide(Map.of(), WAYS, seconds(begin + 100));
		}
	}

	@Test
	void theConnectionThatSubscribesIsNotAsked() {
		this.policy.decide(silences("subscriptions", 0), WAYS, seconds(3));
		assertThat(this.policy.decide(silences("subscriptions", 0), WAYS, seconds(100)).suspects()).isEmpty();
	}

	private static Map<String, Long> silences(String names, long since) {
		Map<String, Long> silences = new HashMap<>();
		if (names != null) {
			// a name may have a space in it
			for (String name : names.replace("subscriptions on ", "subscriptions_on_").split(" +")) {
				silences.put(name.replace('_', ' '), seconds(since));
			}
		}
		return silences;
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
