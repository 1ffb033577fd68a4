package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.channels.ChannelLayerException;
import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 8: a Redis that is killed, frozen, cut off or not there yet.
 */
class RedisOutageIntegrationTests {

	private static final Duration OUTAGE = Duration.ofSeconds(10);

	private RedisServer redis;

	private RedisNodes nodes;

	private final Queue<Duration> gaps = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void start() {
		this.redis = RedisServer.local();
		this.nodes = RedisNodes.on(this.redis);
	}

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	private RedisChannelLayer startNode() {
		// all members of a group may wait for one slow test machine
		LayerSettings settings = new LayerSettings(100_000, List.of(), Duration.ofSeconds(60), Duration.ZERO,
				Duration.ofHours(24));
		return this.nodes.start(settings, new DropCounter(), new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				RedisOutageIntegrationTests.this.gaps.add(duration);
			}
		});
	}

	private static List<GroupName> groups(int number) {
		return IntStream.range(0, number).mapToObj((i) -> GroupName.of("room" + i)).toList();
	}

	@ParameterizedTest
	@EnumSource
	void everythingIsRestoredAfterAnOutageUnderLoad(Outage outage) throws Exception {
		List<GroupName> groups = groups(20);
		RedisChannelLayer here = startNode();
		RedisChannelLayer there = startNode();
		List<Population> populations = List.of(new Population(here).join(500, groups),
				new Population(there).join(500, groups));
		try (Load first = new Load("here", here, groups, 0, 25);
				Load second = new Load("there", there, groups, 0, 25)) {
			List<Load> loads = List.of(first, second);
			awaitDelivery(populations, loads, Duration.ofSeconds(10));
			for (int i = 0; i < 2; i++) {
				outage.begin(this.redis);
				int failedBefore = first.failed() + second.failed();
				long end = System.nanoTime() + OUTAGE.toNanos();
				await().atMost(20, TimeUnit.SECONDS).until(() -> System.nanoTime() - end > 0);
				assertThat(first.failed() + second.failed()).isGreaterThan(failedBefore);
				outage.end(this.redis);
				Duration back = awaitDelivery(populations, loads, Duration.ofSeconds(3));
				int ended = 2 * (i + 1);
				await().atMost(3, TimeUnit.SECONDS).until(() -> this.gaps.size() == ended);
				System.out.println("Outage (" + outage + ") of " + OUTAGE.toSeconds()
						+ " s: all 1,000 members get events of both nodes " + back.toMillis() + " ms after the return");
			}
			assertThat(loads).allSatisfy((load) -> {
				assertThat(load.unexpected()).isNull();
				assertThat(load.slowestMillis()).isLessThan(1000);
			});
		}
		assertThat(populations).allSatisfy((population) -> assertThat(population.violations()).isEmpty());
		awaitRegistry(here, groups, 50);
		populations.get(1).leave();
		awaitRegistry(here, groups, 25);
	}

	/**
	 * Wait until each member has got an event that each load sends from now on.
	 */
	private static Duration awaitDelivery(List<Population> populations, List<Load> loads, Duration limit) {
		long begin = System.nanoTime();
		List<String> senders = loads.stream().map(Load::sender).toList();
		int number = loads.stream().mapToInt(Load::number).max().orElseThrow() + 1;
		await().atMost(limit)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> populations.stream().allMatch((population) -> population.haveSeen(senders, number)));
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	private static void awaitRegistry(RedisChannelLayer layer, List<GroupName> groups, long size) {
		await().atMost(10, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(groups)
				.allSatisfy((group) -> assertThat(layer.groupSize(group).toCompletableFuture().get(2, TimeUnit.SECONDS))
					.isEqualTo(size)));
	}

	@Test
	void cutConnectionsLeadToNoDuplicateAndNoDisorder() throws Exception {
		List<GroupName> groups = groups(20);
		RedisChannelLayer here = startNode();
		RedisChannelLayer there = startNode();
		List<Population> populations = List.of(new Population(here).join(40, groups),
				new Population(there).join(40, groups));
		int rounds = 1500;
		List<Load> loads = new ArrayList<>();
		loads.add(new Load("here", here, groups, rounds, 150));
		loads.add(new Load("there", there, groups, rounds, 150));
		for (int i = 1; i <= 3; i++) {
			int due = rounds * i / 5;
			await().atMost(60, TimeUnit.SECONDS).until(() -> loads.get(0).number() >= due);
			this.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
			this.redis.cli("CLIENT", "KILL", "TYPE", "normal");
			int gaps = i * 2;
			await().atMost(10, TimeUnit.SECONDS).until(() -> this.gaps.size() >= gaps);
		}
		for (Load load : loads) {
			load.join();
			assertThat(load.unexpected()).isNull();
		}
		try (Load last = new Load("last", here, groups, 1, 0)) {
			await().atMost(10, TimeUnit.SECONDS)
				.until(() -> populations.stream().allMatch((population) -> population.haveSeen(List.of("last"), 1)));
			assertThat(last.failed()).isZero();
		}
		assertThat(populations).allSatisfy((population) -> assertThat(population.violations()).isEmpty());
		assertThat(this.gaps).hasSize(6);
		System.out.println("60,000 publishes with 3 CLIENT KILL: no duplicate, no disorder, gaps " + this.gaps + ", "
				+ loads.stream().mapToInt(Load::failed).sum() + " sends failed");
	}

	@Test
	void aRedisThatComesLaterIsFound() throws Exception {
		this.redis.kill();
		RedisChannelLayer layer = this.nodes.create(LayerSettings.defaults(), new DropCounter(),
				new RedisLayerListener() {
				});
		CompletableFuture<Void> started = layer.start().toCompletableFuture();
		await().atMost(5, TimeUnit.SECONDS).until(started::isCompletedExceptionally);
		GroupName group = GroupName.of("early");
		assertThat(layer.groupSize(group)).failsWithin(2, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ChannelLayerException.class)
			.withMessage("Redis is not connected");
		Population population = new Population(layer);
		CompletableFuture<Void> joined = CompletableFuture.runAsync(() -> {
			try {
				population.join(1, List.of(group));
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		this.redis.restart();
		joined.get(5, TimeUnit.SECONDS);
		awaitRegistry(layer, List.of(group), 1);
		try (Load load = new Load("load", layer, List.of(group), 1, 0)) {
			await().atMost(5, TimeUnit.SECONDS).until(() -> population.haveSeen(List.of("load"), 1));
		}
	}

	enum Outage {

		KILL {
			@Override
			void begin(RedisServer redis) {
				redis.kill();
			}

			@Override
			void end(RedisServer redis) {
				redis.restart();
			}
		},

		FREEZE {
			@Override
			void begin(RedisServer redis) {
				redis.freeze();
			}

			@Override
			void end(RedisServer redis) {
				redis.thaw();
			}
		};

		abstract void begin(RedisServer redis);

		abstract void end(RedisServer redis);

	}

}
