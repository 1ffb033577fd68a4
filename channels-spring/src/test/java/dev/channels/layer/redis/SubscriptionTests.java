package dev.channels.layer.redis;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import dev.channels.layer.redis.Subscription.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Subscription}: each transition from each state in which it can be.
 */
class SubscriptionTests {

	private static final Map<String, Consumer<Subscription>> WORDS = new TreeMap<>(
			Map.of("want", Subscription::want, "unwant", (it) -> it.unwant(true), "drop", (it) -> it.unwant(false),
					"send", Subscription::subscribing, "end", Subscription::unsubscribing, "there",
					Subscription::subscribed, "lost", Subscription::lost, "forbidden", (it) -> it.refused(false),
					"spoilt", (it) -> it.refused(true), "unsent", Subscription::notSent));

	/**
	 * What happens, and how it ends: the state, whether it is wanted and missing, and
	 * whether who wants it now has to wait.
	 */
	@ParameterizedTest
	@CsvSource({
	// @formatter:off
			"want,                                  ABSENT,        true,  true,  true",
			"want send,                             SUBSCRIBING,   true,  true,  true",
			"want send want,                        SUBSCRIBING,   true,  true,  true",
			"want send there,                       SUBSCRIBED,    true,  false, false",
			"want send there there,                 SUBSCRIBED,    true,  false, false",
			"want send there unwant,                LINGERING,     false, false, false",
			"want send there unwant want,           SUBSCRIBED,    true,  false, false",
			"want send there unwant there,          LINGERING,     false, false, false",
			"want send there drop,                  LEAVING,       false, false, false",
			"want send there drop want,             SUBSCRIBED,    true,  false, false",
			"want send there drop there,            LEAVING,       false, false, false",
			"want send unwant,                      SUBSCRIBING,   false, false, true",
			"want send unwant there,                LINGERING,     false, false, false",
			"want send drop there,                  LEAVING,       false, false, false",
			"want send there unwant end,            UNSUBSCRIBING, false, false, true",
			"want send there unwant end want,       UNSUBSCRIBING, true,  true,  true",
			"want send there unwant end want there, UNSUBSCRIBING, true,  true,  true",
			"want send there unwant end want lost,  ABSENT,        true,  true,  true",
			"want send there lost,                  ABSENT,        true,  true,  true",
			"want send there lost send there,       SUBSCRIBED,    true,  false, false",
			"want send lost,                        ABSENT,        true,  true,  true",
			"want send unsent,                      PARKED,        true,  true,  true",
			"want send unsent lost,                 ABSENT,        true,  true,  true",
			"want send spoilt,                      ABSENT,        true,  true,  true",
			"want send spoilt send forbidden,       REFUSED,       true,  false, true",
			"want send forbidden,                   REFUSED,       true,  false, true",
			"want send forbidden want,              REFUSED,       true,  false, true",
			"want send forbidden lost send,         SUBSCRIBING,   true,  false, true",
			"want send forbidden lost send there,   SUBSCRIBED,    true,  false, false",
			"want send there forbidden,             SUBSCRIBED,    true,  false, false",
			"want send there unwant end forbidden,  UNSUBSCRIBING, false, false, true",
			// @formatter:on
	})
	void goesFromStateToState(String words, State state, boolean wanted, boolean missing, boolean waits) {
		Subscription subscription = new Subscription("a");
		for (String word : words.split(" ")) {
			WORDS.get(word).accept(subscription);
			if (subscription.isThere()) {
				subscription.ready().complete(null);
			}
		}
		assertThat(subscription.state()).isEqualTo(state);
		assertThat(subscription.isWanted()).isEqualTo(wanted);
		assertThat(subscription.isMissing()).isEqualTo(missing);
		assertThat(subscription.ready().isDone()).isEqualTo(!waits);
	}

	@ParameterizedTest
	@CsvSource({
	// @formatter:off
			"want,                             unwant,    true",
			"want send,                        unwant,    false",
			"want send there,                  unwant,    false",
			"want send forbidden,              unwant,    true",
			"want send unsent,                 drop,      true",
			"want send unwant,                 lost,      true",
			"want send unwant,                 forbidden, true",
			"want send unwant,                 spoilt,    true",
			"want send unwant,                 unsent,    true",
			"want send there unwant end,       lost,      true",
			"want send there unwant end want,  lost,      false",
			// @formatter:on
	})
	void tellsWhenNobodyNeedsItAnyMore(String words, String last, boolean unneeded) {
		Subscription subscription = new Subscription("a");
		for (String word : words.split(" ")) {
			WORDS.get(word).accept(subscription);
		}
		assertThat(switch (last) {
			case "unwant" -> subscription.unwant(true);
			case "drop" -> subscription.unwant(false);
			case "lost" -> subscription.lost();
			case "forbidden" -> subscription.refused(false);
			case "spoilt" -> subscription.refused(true);
			default -> subscription.notSent();
		}).isEqualTo(unneeded);
	}

	/**
	 * The client makes again what had been acknowledged on the connection that it opens
	 * again, and what was being ended, as far as it knows.
	 */
	@ParameterizedTest
	@CsvSource({
	// @formatter:off
			"want,                             true,  ABSENT",
			"want send,                        true,  ABSENT",
			"want send there,                  true,  SUBSCRIBING",
			"want send there,                  false, ABSENT",
			"want send there unwant end want,  true,  SUBSCRIBING",
			"want send there unwant end want,  false, ABSENT",
			"want send forbidden,              true,  REFUSED",
			"want send forbidden,              false, REFUSED",
			// @formatter:on
	})
	void knowsWhatTheClientMakesAgain(String words, boolean again, State state) {
		Subscription subscription = new Subscription("a");
		for (String word : words.split(" ")) {
			WORDS.get(word).accept(subscription);
		}
		assertThat(subscription.interrupted()).isFalse();
		subscription.connected(again);
		assertThat(subscription.state()).isEqualTo(state);
		subscription.connected(true);
		assertThat(subscription.state()).as("once").isEqualTo(state);
	}

}
