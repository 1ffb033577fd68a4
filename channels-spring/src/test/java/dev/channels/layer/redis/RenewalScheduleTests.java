package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.FakeClock;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RenewalSchedule}, with a period of ten minutes.
 */
class RenewalScheduleTests {

	private static final Duration PERIOD = Duration.ofMinutes(10);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final FakeClock clock = new FakeClock();

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(),
			JsonMapper.builder().build());

	private final RenewalSchedule schedule = new RenewalSchedule(this.local, PERIOD, this.clock);

	@Test
	void aLargeGroupIsSpreadOverThePeriod() {
		join("room", 6000);
		this.schedule.restart();
		List<ChannelName> renewed = seconds(600, 10, 10);
		assertThat(renewed).hasSize(6000).doesNotHaveDuplicates();
		assertThat(seconds(600, 10, 10)).as("and again").hasSameElementsAs(renewed);
	}

	@Test
	void fewGroupsHaveTheirTurnOnceInAPeriod() {
		IntStream.range(0, 20).forEach((i) -> join("room" + i, 300));
		this.schedule.restart();
		assertThat(seconds(600, 10, 10)).hasSize(6000);
	}

	@Test
	void oneMemberHasItsTurnOnceInAPeriod() {
		join("room", 1);
		this.schedule.restart();
		assertThat(seconds(600, 0, 1)).hasSize(1);
		assertThat(seconds(600, 0, 1)).hasSize(1);
	}

	@Test
	void theTurnOfAGroupBeginsOnce() {
		join("room", 6000);
		this.schedule.restart();
		List<Boolean> first = new ArrayList<>();
		for (int i = 0; i < 600; i++) {
			this.clock.advance(SECOND);
			this.schedule.due().forEach((slice) -> first.add(slice.first()));
		}
		assertThat(first).startsWith(true, false).containsOnlyOnce(true);
	}

	@Test
	void whatWasMissedIsMadeUpForInPartsThatAreNotTooLarge() {
		join("room", 6000);
		this.schedule.restart();
		this.clock.advance(Duration.ofMinutes(5));
		List<RenewalSchedule.Slice> due = this.schedule.due();
		assertThat(due.stream().mapToInt((slice) -> slice.members().size())).containsExactly(2000, 1000);
		assertThat(this.schedule.due()).as("nothing more at this moment").isEmpty();
	}

	@Test
	void everybodyHasHadItsTurnAtTheEndAlthoughOthersHaveLeft() {
		join("a", 3000);
		join("b", 3000);
		this.schedule.restart();
		List<ChannelName> renewed = new ArrayList<>(seconds(300, 10, 10));
		GroupName done = GroupName.of("a");
		if (!renewed.contains(ChannelName.of("specific.n1!a-0"))) {
			done = GroupName.of("b");
		}
		for (ChannelName member : this.local.members(done)) {
			this.local.leave(done, member);
		}
		renewed.addAll(seconds(300, 0, 10));
		assertThat(new HashSet<>(renewed)).hasSize(6000);
	}

	@Test
	void whoHasJoinedMeanwhileHasItsTurnInTheNextPeriod() {
		join("room", 600);
		this.schedule.restart();
		seconds(300, 1, 1);
		join("other", 600);
		assertThat(seconds(300, 0, 2)).hasSize(300);
		assertThat(seconds(600, 2, 2)).hasSize(1200);
	}

	@Test
	void aGroupThatGrowsIsStillSpread() {
		join("room", 600);
		this.schedule.restart();
		seconds(300, 1, 1);
		join("room", 60_000);
		List<ChannelName> renewed = seconds(1200, 0, 101);
		assertThat(new HashSet<>(renewed)).hasSize(60_000);
	}

	@Test
	void nothingIsDueWithoutMembers() {
		this.clock.advance(PERIOD);
		assertThat(this.schedule.due()).isEmpty();
		this.clock.advance(PERIOD);
		assertThat(this.schedule.due()).isEmpty();
	}

	private void join(String group, int members) {
		IntStream.range(0, members)
			.forEach((i) -> this.local.join(GroupName.of(group), ChannelName.of("specific.n1!" + group + "-" + i)));
	}

	private List<ChannelName> seconds(int seconds, int least, int most) {
		List<ChannelName> renewed = new ArrayList<>();
		for (int i = 0; i < seconds; i++) {
			this.clock.advance(SECOND);
			int before = renewed.size();
			this.schedule.due().forEach((slice) -> renewed.addAll(slice.members()));
			assertThat(renewed.size() - before).isBetween(least, most);
		}
		return renewed;
	}

}
