package dev.channels.test.redis;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One shard of a Redis Cluster is silent, and then dead with its replica, for a while:
 * groups of the other shards lose nothing. How long is {@value #PROPERTY}, in seconds.
 */
class RedisShardLossIntegrationTests {

	private static final String PROPERTY = "channels.test.shard-loss";

	private static final Duration LOSS = Duration.ofSeconds(Integer.getInteger(PROPERTY, 6));

	/** How old sessions are before anything happens. */
	private static final Duration AGE = Duration.ofSeconds(Integer.getInteger(PROPERTY + ".age", 0));

	private static final List<GroupName> groups = LoadedNodes.groups();

	private RedisCluster redis;

	private RedisNodes nodes;

	@BeforeEach
	void start() {
		this.redis = RedisCluster.start();
		this.redis.nodes().forEach((node) -> node.cli("CONFIG", "SET", "cluster-require-full-coverage", "no"));
		this.nodes = RedisNodes.on(this.redis);
	}

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	@ParameterizedTest
	@Timeout(value = 10, unit = TimeUnit.MINUTES)
	@ValueSource(booleans = { false, true })
	void theOtherShardsLoseNothing(boolean sharded) throws Exception {
		RedisChannelLayer here = startNode(sharded);
		RedisChannelLayer there = startNode(sharded);
		RedisServer failed = masterWithoutSubscribers(sharded);
		Set<GroupName> harmed = groupsOf(failed);
		List<GroupName> others = groups.stream().filter((group) -> !harmed.contains(group)).toList();
		assertThat(harmed).isNotEmpty();
		assertThat(others).isNotEmpty();
		List<Population> populations = List.of(new Population(here).join(40, groups),
				new Population(there).join(40, groups));
		try (Load first = new Load("here", here, others, 0, 25);
				Load second = new Load("there", there, others, 0, 25);
				Load third = new Load("harmed", here, List.copyOf(harmed), 0, 5)) {
			outlast(AGE);
			replicaOf(failed).kill();
			failed.freeze();
			outlast(LOSS);
			assertThat(third.failed()).isPositive();
			failed.thaw();
			awaitAll(populations, harmed, third);
			report(sharded ? "sharded, frozen" : "classic, frozen", populations, harmed, first, second);
			failed.kill();
			outlast(LOSS);
			failed.restart();
			awaitAll(populations, harmed, third);
			first.close();
			second.close();
			await().atMost(20, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(members(populations, harmed))
					.allMatch((member) -> member.received() == first.number() + second.number()));
			report(sharded ? "sharded, dead" : "classic, dead", populations, harmed, first, second);
			assertThat(first.failed() + second.failed()).isZero();
			assertThat(members(populations, harmed))
				.allMatch((member) -> member.longestPause().compareTo(Duration.ofSeconds(1)) < 0);
			assertThat(List.of(first, second)).allMatch((load) -> load.slowestMillis() < 1000);
		}
		assertThat(populations).allSatisfy((population) -> assertThat(population.violations()).isEmpty());
	}

	private static void report(String what, List<Population> populations, Set<GroupName> harmed, Load first,
			Load second) {
		System.out.printf("A shard is away (%s): others had a pause of %d ms at most, %d sends failed of %d rounds%n",
				what,
				members(populations, harmed).stream()
					.map(Population.Member::longestPause)
					.max(Comparator.naturalOrder())
					.orElseThrow()
					.toMillis(),
				first.failed() + second.failed(), first.number() + second.number());
	}

	private static List<Population.Member> members(List<Population> populations, Set<GroupName> harmed) {
		return populations.stream()
			.flatMap((population) -> population.members().stream())
			.filter((member) -> !harmed.contains(member.group()))
			.toList();
	}

	private void awaitAll(List<Population> populations, Set<GroupName> harmed, Load load) {
		int number = load.number() + 1;
		await().atMost(10, TimeUnit.SECONDS)
			.until(() -> populations.stream()
				.flatMap((population) -> population.members().stream())
				.filter((member) -> harmed.contains(member.group()))
				.allMatch((member) -> member.last(load.sender()) >= number));
	}

	private RedisChannelLayer startNode(boolean sharded) {
		LayerSettings settings = new LayerSettings(100_000, List.of(), Duration.ofSeconds(60), Duration.ZERO,
				Duration.ofHours(24));
		return this.nodes.sharded(sharded).start(settings, new DropCounter(), new RedisLayerListener() {
		});
	}

	/**
	 * Classic pub/sub hears all groups on one connection: who holds it, harms them all.
	 * Of three pairs of servers at least one holds that of neither node.
	 */
	private RedisServer masterWithoutSubscribers(boolean sharded) {
		return this.redis.masters()
			.stream()
			.filter((master) -> sharded || (hasNoSubscribers(master) && hasNoSubscribers(replicaOf(master))))
			.filter((master) -> !groupsOf(master).isEmpty())
			.findFirst()
			.orElseThrow();
	}

	private static boolean hasNoSubscribers(RedisServer server) {
		return server.cli("CLIENT", "LIST", "TYPE", "pubsub").isEmpty();
	}

	private RedisServer replicaOf(RedisServer master) {
		List<RedisServer> nodes = this.redis.nodes();
		return nodes.get((nodes.indexOf(master) + nodes.size() / 2) % nodes.size());
	}

	private Set<GroupName> groupsOf(RedisServer master) {
		Set<GroupName> result = new HashSet<>();
		groups.forEach((group) -> {
			if (this.redis.masterOf(this.redis.slotOf("asgi__group__" + group.value())) == master) {
				result.add(group);
			}
		});
		return result;
	}

	private static void outlast(Duration time) {
		long begin = System.nanoTime();
		await().atMost(time.plusSeconds(5)).until(() -> System.nanoTime() - begin >= time.toNanos());
	}

}
