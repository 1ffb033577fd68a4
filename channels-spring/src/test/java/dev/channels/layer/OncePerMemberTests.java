package dev.channels.layer;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.channels.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link OncePerMember}.
 */
class OncePerMemberTests {

	private static final GroupName A = GroupName.of("a");

	private static final GroupName B = GroupName.of("b");

	private static final ChannelName ALICE = ChannelName.of("node!alice");

	private static final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	private final FakeClock clock = new FakeClock();

	private final Set<List<Object>> memberships = new HashSet<>();

	private final OncePerMember once = new OncePerMember(
			(group, channel) -> this.memberships.contains(List.of(group, channel)), this.clock);

	@Test
	void whoIsInBothGetsTheFirstCopy() {
		join(A);
		join(B);
		LayerEvent event = event();
		assertThat(isFor(A, event)).isTrue();
		assertThat(isFor(B, event)).isFalse();
	}

	@Test
	void theCopiesMayComeInAnyOrder() {
		join(A);
		join(B);
		LayerEvent event = event();
		assertThat(isFor(B, event)).isTrue();
		assertThat(isFor(A, event)).isFalse();
	}

	@Test
	void aCopyThatIsLostHarmsNobody() {
		join(A);
		join(B);
		assertThat(isFor(B, event())).isTrue();
		assertThat(isFor(B, event())).isTrue();
	}

	@Test
	void whoLeavesTheFirstGroupInBetweenHasTheEvent() {
		join(A);
		join(B);
		LayerEvent event = event();
		assertThat(isFor(A, event)).isTrue();
		this.memberships.remove(List.of(A, ALICE));
		assertThat(isFor(B, event)).isFalse();
	}

	@Test
	void whoJoinsTheFirstGroupInBetweenGetsItFromTheSecond() {
		join(B);
		LayerEvent event = event();
		this.once.arrived(A, event);
		this.clock.advance(Duration.ofMillis(1));
		join(A);
		assertThat(this.once.arrived(B, event).isFor(ALICE, 0)).isTrue();
	}

	@Test
	void whoChangesGroupsInBetweenDoesNotGetItTwice() {
		join(A);
		LayerEvent event = event();
		assertThat(isFor(A, event)).isTrue();
		this.memberships.clear();
		this.clock.advance(Duration.ofMillis(1));
		join(B);
		assertThat(this.once.arrived(B, event).isFor(ALICE, this.clock.getAsLong())).isFalse();
	}

	@Test
	void forgetsWhatHasComeForAllGroups() {
		LayerEvent event = event();
		this.once.arrived(A, event);
		assertThat(this.once.size()).isEqualTo(1);
		this.once.arrived(B, event);
		assertThat(this.once.size()).isZero();
	}

	@Test
	void forgetsWhatNeverComes() {
		for (int i = 0; i < 10; i++) {
			this.once.arrived(A, event());
		}
		this.clock.advance(Duration.ofSeconds(31));
		this.once.arrived(A, event());
		assertThat(this.once.size()).isEqualTo(1);
	}

	@Test
	void remembersALimitedNumber() {
		IntStream.range(0, 60_000).forEach((i) -> this.once.arrived(A, event()));
		assertThat(this.once.size()).isEqualTo(50_000);
	}

	@Test
	void otherEventsAreForAll() {
		join(A);
		join(B);
		assertThat(isFor(A, plain())).isTrue();
		assertThat(isFor(B, plain())).isTrue();
		assertThat(OncePerMember.mark(plain(), List.of(A)).controls()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource
	void marksThatNobodyOfUsMadeAreIgnored(Object mark) {
		join(A);
		join(B);
		LayerEvent event = plain().with(LayerEvent.ONCE, mark);
		assertThat(isFor(A, event)).isTrue();
		assertThat(isFor(B, event)).isTrue();
		assertThat(this.once.size()).isZero();
	}

	static List<Object> marksThatNobodyOfUsMadeAreIgnored() {
		return List.of("x", 1, List.of("a", "b"), Map.of(), Map.of("id", "x"), Map.of("groups", List.of("a", "b")),
				Map.of("id", 1, "groups", List.of("a", "b")),
				Map.of("id", "x".repeat(101), "groups", List.of("a", "b")), Map.of("id", "x", "groups", "a"),
				Map.of("id", "x", "groups", List.of()), Map.of("id", "x", "groups", List.of("c")),
				Map.of("id", "x", "groups", List.of("a", "b", "no name")),
				Map.of("id", "x", "groups", List.of("a", "b", 1.5e300)),
				Map.of("id", "x", "groups", IntStream.range(0, 101).mapToObj((i) -> "ab").toList()));
	}

	@Test
	void aGroupThatIsNoneOfThemGetsTheEventAsAlways() {
		GroupName other = GroupName.ofUser("a");
		this.memberships.add(List.of(other, ALICE));
		join(A);
		LayerEvent event = event();
		assertThat(isFor(A, event)).isTrue();
		assertThat(isFor(other, event)).isTrue();
	}

	/**
	 * The shards of a cluster are read by several threads.
	 */
	@Test
	void copiesThatComeAtTheSameMomentReachAMemberOnce() throws Exception {
		List<GroupName> groups = IntStream.range(0, 4).mapToObj((i) -> GroupName.of("g" + i)).toList();
		OncePerMember shared = new OncePerMember((group, channel) -> true, System::nanoTime);
		CyclicBarrier barrier = new CyclicBarrier(groups.size());
		ExecutorService threads = Executors.newFixedThreadPool(groups.size());
		try {
			for (int round = 0; round < 2000; round++) {
				LayerEvent event = OncePerMember.mark(plain(), groups);
				AtomicInteger delivered = new AtomicInteger();
				List<? extends Future<?>> running = groups.stream().map((group) -> threads.submit(() -> {
					barrier.await(10, TimeUnit.SECONDS);
					if (shared.arrived(group, event).isFor(ALICE, Long.MIN_VALUE / 2 + System.nanoTime())) {
						delivered.incrementAndGet();
					}
					return null;
				})).toList();
				for (Future<?> thread : running) {
					thread.get(10, TimeUnit.SECONDS);
				}
				assertThat(delivered).hasValue(1);
			}
			assertThat(shared.size()).isZero();
		}
		finally {
			threads.shutdownNow();
		}
	}

	private void join(GroupName group) {
		this.memberships.add(List.of(group, ALICE));
	}

	private boolean isFor(GroupName group, LayerEvent event) {
		return this.once.arrived(group, event).isFor(ALICE, 0);
	}

	private static LayerEvent event() {
		return OncePerMember.mark(plain(), List.of(A, B));
	}

	private static LayerEvent plain() {
		return codec.encode(Event.of("a"));
	}

}
