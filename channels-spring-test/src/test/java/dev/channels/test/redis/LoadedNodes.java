package dev.channels.test.redis;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two nodes of 500 members each in 20 groups. A thread on each node sends to all groups
 * all the time, so that whatever is lost, comes twice or stops is seen.
 */
final class LoadedNodes implements AutoCloseable {

	private static final int MEMBERS = 500;

	private static final List<GroupName> GROUPS = IntStream.range(0, 20)
		.mapToObj((i) -> GroupName.of("room" + i))
		.toList();

	private final List<Queue<Duration>> gaps = List.of(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());

	private final DropCounter drops = new DropCounter();

	private final List<RedisChannelLayer> layers;

	private final List<Population> populations;

	private final List<Load> loads;

	LoadedNodes(RedisNodes nodes) throws Exception {
		this.layers = this.gaps.stream().map((gaps) -> start(nodes, gaps, this.drops)).toList();
		this.populations = this.layers.stream().map(Population::new).toList();
		for (Population population : this.populations) {
			population.join(MEMBERS, GROUPS);
		}
		this.loads = List.of(new Load("here", this.layers.get(0), GROUPS, 0, 25),
				new Load("there", this.layers.get(1), GROUPS, 0, 25));
		awaitDelivery(Duration.ofSeconds(10));
	}

	/**
	 * Start a node that tells of its gaps.
	 */
	static RedisChannelLayer start(RedisNodes nodes, Queue<Duration> gaps, DropCounter drops) {
		// all members of a group may wait for one slow test machine
		LayerSettings settings = new LayerSettings(100_000, List.of(), Duration.ofSeconds(60), Duration.ZERO,
				Duration.ofHours(24));
		return nodes.start(settings, drops, new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				gaps.add(duration);
			}
		});
	}

	static List<GroupName> groups() {
		return GROUPS;
	}

	/**
	 * Return how many memberships the registry holds in all groups.
	 */
	static long memberships(RedisChannelLayer layer) throws Exception {
		long sum = 0;
		for (GroupName group : GROUPS) {
			sum += layer.groupSize(group).toCompletableFuture().get(5, TimeUnit.SECONDS);
		}
		return sum;
	}

	List<RedisChannelLayer> layers() {
		return this.layers;
	}

	/**
	 * Return the gaps that each node has counted.
	 */
	List<Queue<Duration>> gaps() {
		return this.gaps;
	}

	/**
	 * Wait until each node has counted a gap more often than so many times.
	 */
	void awaitGaps(int before) {
		await().atMost(20, TimeUnit.SECONDS)
			.untilAsserted(
					() -> assertThat(this.gaps).allSatisfy((gaps) -> assertThat(gaps).hasSizeGreaterThan(before)));
	}

	/**
	 * Return how many events were dropped that came too late.
	 */
	long late() {
		return this.drops.total(DropReason.LATE);
	}

	/**
	 * Return how many sends have failed.
	 */
	int failed() {
		return this.loads.stream().mapToInt(Load::failed).sum();
	}

	/**
	 * Wait until each member has got an event that each load sends from now on.
	 * @return how long that took
	 */
	Duration awaitDelivery(Duration limit) {
		long begin = System.nanoTime();
		List<String> senders = this.loads.stream().map(Load::sender).toList();
		int number = this.loads.stream().mapToInt(Load::number).max().orElseThrow() + 1;
		await().atMost(limit)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.populations.stream().allMatch((population) -> population.haveSeen(senders, number)));
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	/**
	 * Assert that nothing came twice or out of order, nothing was blocked, no send failed
	 * in an unexpected way, and the registry holds the members that live.
	 */
	void assertSound() throws Exception {
		for (Load load : this.loads) {
			load.close();
			assertThat(load.unexpected()).isNull();
			assertThat(load.slowestMillis()).isLessThan(1000);
		}
		assertThat(this.populations).allSatisfy((population) -> assertThat(population.violations()).isEmpty());
		awaitRegistry(2 * MEMBERS / GROUPS.size());
		this.populations.get(1).leave();
		awaitRegistry(MEMBERS / GROUPS.size());
	}

	private void awaitRegistry(long size) {
		RedisChannelLayer layer = this.layers.get(0);
		await().atMost(10, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(GROUPS)
				.allSatisfy((group) -> assertThat(layer.groupSize(group).toCompletableFuture().get(2, TimeUnit.SECONDS))
					.isEqualTo(size)));
	}

	@Override
	public void close() throws InterruptedException {
		for (Load load : this.loads) {
			load.close();
		}
	}

}
