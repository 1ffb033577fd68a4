package dev.channels.layer.redis;

import java.time.Duration;

import dev.channels.layer.ChannelName;
import dev.channels.layer.FakeClock;
import dev.channels.layer.GroupName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RecentRemovals}.
 */
class RecentRemovalsTests {

	private final FakeClock clock = new FakeClock();

	private final RecentRemovals removals = new RecentRemovals(this.clock);

	@Test
	void keepsThoseOfTheLastMinute() {
		this.removals.add(membership(1));
		this.clock.advance(Duration.ofSeconds(59));
		this.removals.add(membership(2));
		this.removals.forgetOld();
		assertThat(this.removals.all()).containsExactly(membership(1), membership(2));
		this.clock.advance(Duration.ofSeconds(2));
		this.removals.forgetOld();
		assertThat(this.removals.all()).containsExactly(membership(2));
	}

	@Test
	void forgetsNothingByItself() {
		this.removals.add(membership(1));
		this.clock.advance(Duration.ofHours(1));
		this.removals.add(membership(2));
		assertThat(this.removals.all()).containsExactly(membership(1), membership(2));
	}

	@Test
	void isBounded() {
		for (int i = 0; i <= RecentRemovals.MAX; i++) {
			this.removals.add(membership(i));
		}
		assertThat(this.removals.all()).hasSize(RecentRemovals.MAX).startsWith(membership(1));
	}

	@Test
	void isCleared() {
		this.removals.add(membership(1));
		this.removals.clear();
		assertThat(this.removals.all()).isEmpty();
	}

	private static Membership membership(int number) {
		return new Membership(GroupName.of("room"), ChannelName.of("specific.n1!" + number));
	}

}
