package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

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

	@ParameterizedTest
	@EnumSource
	void everythingIsRestoredAfterAnOutageUnderLoad(Outage outage) throws Exception {
		try (LoadedNodes loaded = new LoadedNodes(this.nodes)) {
			for (int i = 0; i < 2; i++) {
				outage.begin(this.redis);
				int failedBefore = loaded.failed();
				long end = System.nanoTime() + OUTAGE.toNanos();
				await().atMost(20, TimeUnit.SECONDS).until(() -> System.nanoTime() - end > 0);
				assertThat(loaded.failed()).isGreaterThan(failedBefore);
				outage.end(this.redis);
				Duration back = loaded.awaitDelivery(Duration.ofSeconds(3));
				loaded.awaitGaps(i);
				System.out.println("Outage (" + outage + ") of " + OUTAGE.toSeconds()
						+ " s: all 1,000 members get events of both nodes " + back.toMillis() + " ms after the return");
			}
			assertThat(loaded.gaps()).allSatisfy((gaps) -> assertThat(gaps).hasSize(2));
			loaded.assertSound();
		}
	}

	@Test
	void cutConnectionsLeadToNoDuplicateAndNoDisorder() throws Exception {
		List<GroupName> groups = LoadedNodes.groups();
		RedisChannelLayer here = LoadedNodes.start(this.nodes, this.gaps, new DropCounter());
		RedisChannelLayer there = LoadedNodes.start(this.nodes, this.gaps, new DropCounter());
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
		await().atMost(20, TimeUnit.SECONDS).until(started::isCompletedExceptionally);
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
		await().atMost(10, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(layer.groupSize(group).toCompletableFuture().get(2, TimeUnit.SECONDS))
				.isEqualTo(1));
		try (Load load = new Load("load", layer, List.of(group), 1, 0)) {
			await().atMost(20, TimeUnit.SECONDS).until(() -> population.haveSeen(List.of("load"), 1));
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
