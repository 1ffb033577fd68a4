package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.channels.layer.LayerSettings.ChannelCapacity;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link LayerSettings}.
 */
class LayerSettingsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void defaultsAreTheDocumentedOnes() {
		assertThat(LayerSettings.defaults())
			.isEqualTo(new LayerSettings(1000, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(24)));
	}

	@Test
	void firstPatternThatMatchesCounts() {
		LayerSettings settings = withCapacities(new ChannelCapacity("mail.urgent", 1), new ChannelCapacity("mail.*", 2),
				new ChannelCapacity("*.urgent", 3));
		assertThat(settings.capacityOf(ChannelName.of("mail.urgent"))).isEqualTo(1);
		assertThat(settings.capacityOf(ChannelName.of("mail.slow"))).isEqualTo(2);
		assertThat(settings.capacityOf(ChannelName.of("post.urgent"))).isEqualTo(3);
		assertThat(settings.capacityOf(ChannelName.of("post.slow"))).isEqualTo(10);
	}

	@Test
	void orderOfPatternsDecidesAndNotHowExactTheyAre() {
		LayerSettings settings = withCapacities(new ChannelCapacity("*", 1), new ChannelCapacity("mail.urgent", 2));
		assertThat(settings.capacityOf(ChannelName.of("mail.urgent"))).isEqualTo(1);
	}

	@Test
	void patternMatchesTheFullName() {
		LayerSettings settings = withCapacities(new ChannelCapacity("mail", 1));
		assertThat(settings.capacityOf(ChannelName.of("mail"))).isEqualTo(1);
		assertThat(settings.capacityOf(ChannelName.of("mail.urgent"))).isEqualTo(10);
		assertThat(settings.capacityOf(ChannelName.of("email"))).isEqualTo(10);
	}

	@Test
	void asteriskAloneIsSpecialInAPattern() {
		LayerSettings settings = withCapacities(new ChannelCapacity("a.b", 1), new ChannelCapacity("specific.*!*", 2));
		assertThat(settings.capacityOf(ChannelName.of("axb"))).isEqualTo(10);
		assertThat(settings.capacityOf(ChannelName.of("specific.abc!1"))).isEqualTo(2);
	}

	@Test
	void keepsACopyOfThePatterns() {
		List<ChannelCapacity> capacities = new ArrayList<>();
		LayerSettings settings = new LayerSettings(10, capacities, SECOND, SECOND, SECOND);
		capacities.add(new ChannelCapacity("*", 1));
		assertThat(settings.capacityOf(ChannelName.of("a"))).isEqualTo(10);
	}

	@Test
	void requiresPositiveCapacity() {
		assertThatIllegalArgumentException().isThrownBy(() -> new LayerSettings(0, List.of(), SECOND, SECOND, SECOND))
			.withMessage("capacity must be positive, not 0");
		assertThatIllegalArgumentException().isThrownBy(() -> new LayerSettings(-1, List.of(), SECOND, SECOND, SECOND))
			.withMessage("capacity must be positive, not -1");
	}

	@Test
	void requiresPositiveExpiry() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LayerSettings(1, List.of(), Duration.ZERO, SECOND, SECOND))
			.withMessage("expiry must be positive, not PT0S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LayerSettings(1, List.of(), SECOND.negated(), SECOND, SECOND))
			.withMessage("expiry must be positive, not PT-1S");
	}

	@Test
	void refusesNegativeWorkerExpiry() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LayerSettings(1, List.of(), SECOND, SECOND.negated(), SECOND))
			.withMessage("worker-expiry must not be negative, not PT-1S");
	}

	@Test
	void requiresPositiveGroupExpiry() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LayerSettings(1, List.of(), SECOND, SECOND, Duration.ZERO))
			.withMessage("group-expiry must be positive, not PT0S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LayerSettings(1, List.of(), SECOND, SECOND, SECOND.negated()))
			.withMessage("group-expiry must be positive, not PT-1S");
	}

	@Test
	void requiresAPatternAndAPositiveCapacityOfChannels() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ChannelCapacity(" ", 1))
			.withMessage("the pattern of a channel-capacity must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> new ChannelCapacity("mail.*", 0))
			.withMessage("capacity of 'mail.*' must be positive, not 0");
	}

	private static LayerSettings withCapacities(ChannelCapacity... capacities) {
		return new LayerSettings(10, List.of(capacities), SECOND, SECOND, SECOND);
	}

}
