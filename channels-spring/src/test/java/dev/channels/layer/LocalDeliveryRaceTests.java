package dev.channels.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LocalDelivery} with many threads at once.
 */
class LocalDeliveryRaceTests {

	private static final int THREADS = 8;

	private static final GroupName LOBBY = GroupName.of("lobby");

	private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

	private final DropCounter drops = new DropCounter();

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), this.drops,
			JsonMapper.builder().build());

	private final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	@AfterEach
	void shutDown() {
		this.executor.shutdownNow();
	}

	@Test
	void noMemberIsLostWhileOthersLeave() throws Exception {
		for (int round = 0; round < 2000; round++) {
			inAllThreads((thread) -> {
				ChannelName name = ChannelName.of("node!" + thread);
				this.local.join(LOBBY, name);
				if (thread % 2 == 0) {
					this.local.leave(LOBBY, name);
				}
			});
			for (int thread = 0; thread < THREADS; thread++) {
				assertThat(this.local.isMember(LOBBY, ChannelName.of("node!" + thread))).isEqualTo(thread % 2 != 0);
			}
			inAllThreads((thread) -> this.local.leave(LOBBY, ChannelName.of("node!" + thread)));
			assertThat(this.local.groups()).isEmpty();
		}
	}

	@Test
	void firstAndLastAlternateWhateverTheOrder() throws Exception {
		AtomicInteger subscriptions = new AtomicInteger();
		inAllThreads((thread) -> {
			ChannelName name = ChannelName.of("node!" + thread);
			for (int i = 0; i < 5000; i++) {
				if (this.local.join(LOBBY, name)) {
					subscriptions.incrementAndGet();
				}
				if (this.local.leave(LOBBY, name)) {
					subscriptions.decrementAndGet();
				}
			}
		});
		assertThat(subscriptions).hasValue(0);
		assertThat(this.local.groups()).isEmpty();
		assertThat(this.local.memberships()).isZero();
	}

	@Test
	void countsMembershipsWhileAllAreForgotten() throws Exception {
		for (int round = 0; round < 200; round++) {
			inAllThreads((thread) -> {
				if (thread == 0) {
					this.local.clearGroups();
					return;
				}
				for (int i = 0; i < 20; i++) {
					this.local.join(GroupName.of("g" + i), ChannelName.of("node!" + thread));
				}
			});
			assertThat(this.local.memberships())
				.isEqualTo(this.local.groups().stream().mapToLong((group) -> this.local.size(group)).sum());
		}
	}

	@RepeatedTest(20)
	void eventsOfEachSenderStayInOrderWhileMembersComeAndGo() throws Exception {
		int events = 100;
		ChannelName steady = ChannelName.of("node!steady");
		Map<String, List<Integer>> received = new ConcurrentHashMap<>();
		this.local.subscribe(steady, (delivery) -> {
			Map<?, ?> payload = (Map<?, ?>) delivery.take().payload(Map.class);
			received.computeIfAbsent((String) payload.get("sender"), (sender) -> new ArrayList<>())
				.add((Integer) payload.get("n"));
		});
		this.local.join(LOBBY, steady);
		inAllThreads((thread) -> {
			ChannelName restless = ChannelName.of("node!" + thread);
			for (int i = 0; i < events; i++) {
				this.local.join(LOBBY, restless);
				this.local.deliver(LOBBY, this.codec.encode(Event.of("a", Map.of("sender", "s" + thread, "n", i))));
				this.local.leave(LOBBY, restless);
			}
		});
		assertThat(received).hasSize(THREADS);
		assertThat(received.values())
			.allSatisfy((numbers) -> assertThat(numbers).hasSize(events).isSorted().doesNotHaveDuplicates());
	}

	@Test
	void capacityHoldsForManySenders() throws Exception {
		ChannelName channel = ChannelName.of("node!1");
		AtomicInteger taken = new AtomicInteger();
		this.local.subscribe(channel, (delivery) -> taken.incrementAndGet());
		LayerEvent event = this.codec.encode(Event.of("a"));
		inAllThreads((thread) -> {
			for (int i = 0; i < 500; i++) {
				this.local.deliver(channel, event);
			}
		});
		assertThat(taken).hasValue(1000);
	}

	private void inAllThreads(InThread task) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(THREADS);
		List<Future<?>> futures = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			int thread = i;
			futures.add(this.executor.submit(() -> {
				barrier.await(10, TimeUnit.SECONDS);
				task.run(thread);
				return null;
			}));
		}
		for (Future<?> future : futures) {
			future.get(30, TimeUnit.SECONDS);
		}
	}

	private interface InThread {

		void run(int thread);

	}

}
