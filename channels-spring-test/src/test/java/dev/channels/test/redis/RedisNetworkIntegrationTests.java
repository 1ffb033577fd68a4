package dev.channels.test.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.channels.ChannelLayerException;
import dev.channels.Event;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A network between nodes and Redis that is slow, or parted.
 */
class RedisNetworkIntegrationTests {

	private static final EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

	private static final List<GroupName> groups = LoadedNodes.groups();

	private final Queue<Duration> gaps = new ConcurrentLinkedQueue<>();

	private final Queue<String> removed = new ConcurrentLinkedQueue<>();

	private RedisServer redis;

	private TcpProxy network;

	private RedisNodes near;

	private RedisNodes far;

	@BeforeEach
	void start() throws Exception {
		this.redis = RedisServer.local();
		this.network = new TcpProxy(this.redis.host(), this.redis.port());
		this.near = RedisNodes.on(this.redis);
		this.far = RedisNodes.on("127.0.0.1", this.network.port());
	}

	@AfterEach
	void stop() throws Exception {
		this.far.close();
		this.near.close();
		this.network.close();
		this.redis.close();
	}

	private RedisChannelLayer startNode(RedisNodes nodes) {
		LayerSettings settings = new LayerSettings(100_000, List.of(), Duration.ofSeconds(60), Duration.ZERO,
				Duration.ofHours(24));
		return nodes.start(settings, new DropCounter(), new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				RedisNetworkIntegrationTests.this.gaps.add(duration);
			}

			@Override
			public void membersRemoved(String group, List<String> channelNames) {
				channelNames.forEach((name) -> RedisNetworkIntegrationTests.this.removed.add(group + " " + name));
			}
		});
	}

	@Test
	void aNodeThatIsCutOffComesBack() throws Exception {
		RedisChannelLayer here = startNode(this.near);
		RedisChannelLayer there = startNode(this.far);
		Population stays = new Population(here).join(200, groups);
		Population parted = new Population(there).join(200, groups);
		try (Load first = new Load("here", here, groups, 0, 25);
				Load second = new Load("there", there, groups, 0, 25)) {
			awaitDelivery(List.of(stays, parted), List.of(first, second));
			this.network.part();
			await().atMost(15, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(here) == 200);
			assertThat(this.removed).hasSize(200).doesNotHaveDuplicates();
			assertThat(first.failed()).as("the other node goes on").isZero();
			assertThat(second.failed()).isPositive();
			awaitDelivery(List.of(stays), List.of(first));
			assertThat(there.groupSize(groups.get(0))).failsWithin(3, TimeUnit.SECONDS)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(ChannelLayerException.class);
			Population late = new Population(there);
			Thread joining = new Thread(() -> join(late));
			joining.start();
			long healed = System.nanoTime();
			this.network.heal();
			awaitDelivery(List.of(stays, parted), List.of(first, second));
			long back = System.nanoTime() - healed;
			joining.join(TimeUnit.SECONDS.toMillis(20));
			await().atMost(10, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(here) == 420);
			awaitDelivery(List.of(late), List.of(first, second));
			System.out.println("A partition: the node is back after " + Duration.ofNanos(back).toMillis() + " ms, gap "
					+ this.gaps);
			assertThat(this.gaps).hasSize(1);
			assertThat(List.of(first, second)).allSatisfy((load) -> {
				assertThat(load.unexpected()).isNull();
				assertThat(load.slowestMillis()).isLessThan(1000);
			});
			assertThat(List.of(stays, parted, late))
				.allSatisfy((population) -> assertThat(population.violations()).isEmpty());
		}
	}

	private static void join(Population population) {
		try {
			population.join(20, groups);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * 300 ms each way are slower than any Redis that is of use: all is well nevertheless.
	 */
	@Test
	void aSlowNetworkIsNoOutage() throws Exception {
		RedisChannelLayer here = startNode(this.near);
		RedisChannelLayer there = startNode(this.far);
		this.network.delay(Duration.ofMillis(300));
		Population members = new Population(there).join(200, groups);
		assertThat(LoadedNodes.memberships(here)).isEqualTo(200);
		try (Load first = new Load("here", here, groups, 100, 25);
				Load second = new Load("there", there, groups, 100, 25)) {
			first.join();
			second.join();
			await().atMost(10, TimeUnit.SECONDS).until(() -> members.haveSeen(List.of("here", "there"), 100));
			assertThat(first.failed() + second.failed()).isZero();
			assertThat(List.of(first.slowestMillis(), second.slowestMillis())).allMatch((millis) -> millis < 300);
		}
		assertThat(members.members()).allMatch((member) -> member.received() == 200);
		assertThat(members.violations()).isEmpty();
		assertThat(this.gaps).isEmpty();
		assertThat(this.removed).isEmpty();
		members.leave();
		await().atMost(10, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(here) == 0);
	}

	/**
	 * What cannot be known in time fails, and says so; it may arrive nevertheless.
	 */
	@Test
	void aNetworkThatIsTooSlowFailsSendsInTime() throws Exception {
		RedisChannelLayer layer = startNode(this.far);
		Population member = new Population(layer).join(1, List.of(groups.get(0)));
		this.network.delay(Duration.ofMillis(700));
		long begin = System.nanoTime();
		assertThat(
				layer.groupSend(groups.get(0), codec.encode(Event.of("number", Map.of("sender", "test", "number", 1)))))
			.failsWithin(2, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ChannelLayerException.class)
			.withMessageContaining("the outcome is unknown");
		assertThat(System.nanoTime() - begin).isGreaterThan(Duration.ofMillis(900).toNanos());
		await().atMost(20, TimeUnit.SECONDS).until(() -> member.haveSeen(List.of("test"), 1));
		this.network.delay(Duration.ZERO);
		await().atMost(10, TimeUnit.SECONDS)
			.ignoreExceptions()
			.until(() -> layer.groupSize(groups.get(0)).toCompletableFuture().get(2, TimeUnit.SECONDS) == 1);
	}

	private static void awaitDelivery(List<Population> populations, List<Load> loads) {
		List<String> senders = loads.stream().map(Load::sender).toList();
		int number = loads.stream().mapToInt(Load::number).max().orElseThrow() + 1;
		await().atMost(10, TimeUnit.SECONDS)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> populations.stream().allMatch((population) -> population.haveSeen(senders, number)));
	}

}
