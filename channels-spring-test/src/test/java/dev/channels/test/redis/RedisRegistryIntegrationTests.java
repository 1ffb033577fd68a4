package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the registry costs, and what it does when Redis refuses.
 */
class RedisRegistryIntegrationTests {

	private static final GroupName NEWS = GroupName.of("news");

	private static final String DEAD = "0123456789abcdef".repeat(2);

	private RedisServer redis;

	private RedisNodes nodes;

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

	@Test
	void anIdleGroupIsRenewedBitByBit() throws Exception {
		// each has its turn once in five seconds, an eighth of the expiry
		RedisChannelLayer layer = this.nodes.start(
				new LayerSettings(1000, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(40)),
				new DropCounter(), new RedisLayerListener() {
				});
		join(layer, 6000);
		try (RedisMonitor monitor = this.redis.monitor()) {
			await().atMost(30, TimeUnit.SECONDS)
				.until(() -> renewals(monitor).stream().mapToLong(Long::longValue).sum() >= 6000);
			assertThat(renewals(monitor)).as("1,200 in a second, or twice as many after one that was late")
				.allMatch((members) -> members <= 3000);
		}
	}

	/**
	 * Return how many memberships were renewed after each heartbeat.
	 */
	private static List<Long> renewals(RedisMonitor monitor) {
		List<Long> renewals = new ArrayList<>(List.of(0L));
		for (String line : monitor.lines()) {
			if (line.contains("lua] \"TIME\"")) {
				renewals.add(0L);
			}
			else if (line.contains("\"ZADD\" \"asgi:members:news\"")) {
				long members = line.split("specific\\.", -1).length - 1;
				renewals.set(renewals.size() - 1, renewals.get(renewals.size() - 1) + members);
			}
		}
		return renewals;
	}

	@Test
	void aMembershipThatNobodyRenewsExpiresThoughItsGroupLives() throws Exception {
		RedisChannelLayer layer = this.nodes.start(
				new LayerSettings(1000, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(10)),
				new DropCounter(), new RedisLayerListener() {
				});
		join(layer, 1);
		this.redis.cli("ZADD", "asgi:members:news", "1", "specific." + DEAD + "!1");
		assertThat(size(layer)).isEqualTo(2);
		await().atMost(15, TimeUnit.SECONDS).until(() -> size(layer) == 1);
		assertThat(Long.parseLong(this.redis.cli("TTL", "asgi:node:" + layer.node() + ":groups"))).isBetween(1L, 10L);
	}

	/**
	 * Redis may be full for hours while clients come and go.
	 */
	@Test
	void aRedisThatIsFullIsExactAgainWhenItTakesWrites() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		Deque<ChannelName> living = new ArrayDeque<>(join(layer, 100));
		this.redis.cli("CONFIG", "SET", "maxmemory-policy", "noeviction");
		this.redis.cli("CONFIG", "SET", "maxmemory", "1");
		for (int i = 0; i < 50; i++) {
			leave(layer, living.remove());
		}
		await().atMost(20, TimeUnit.SECONDS).until(() -> members().size() == 50);
		for (int i = 0; i < 1000; i++) {
			living.addAll(join(layer, 1));
			leave(layer, living.remove());
		}
		// nobody can be added, everybody can leave
		await().atMost(20, TimeUnit.SECONDS).until(() -> members().isEmpty());
		this.redis.cli("CONFIG", "SET", "maxmemory", "0");
		await().atMost(10, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(members())
				.containsExactlyInAnyOrderElementsOf(living.stream().map(ChannelName::value).toList()));
	}

	@Test
	void aKeyOfAnotherTypeKeepsNoOtherFromBeingWritten() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		this.redis.cli("SET", "asgi:members:poisoned", "x");
		GroupName poisoned = GroupName.of("poisoned");
		ChannelName channel = layer.newChannel();
		layer.groupAdd(poisoned, channel).toCompletableFuture().get(5, TimeUnit.SECONDS);
		List<ChannelName> members = join(layer, 10);
		assertThat(size(layer)).isEqualTo(10);
		for (ChannelName member : members) {
			layer.groupDiscard(NEWS, member).toCompletableFuture().get(5, TimeUnit.SECONDS);
		}
		assertThat(size(layer)).isZero();
		this.redis.cli("DEL", "asgi:members:poisoned");
		await().atMost(20, TimeUnit.SECONDS)
			.until(() -> layer.groupSize(poisoned).toCompletableFuture().get(5, TimeUnit.SECONDS) == 1);
	}

	@Test
	void manyGroupsOfADeadNodeAreRemovedSoon() {
		int groups = 20_000;
		this.redis.cli("EVAL",
				"for i = 1, tonumber(ARGV[2]) do "
						+ "redis.call('ZADD', 'asgi:node:' .. ARGV[1] .. ':groups', 1, 'asgi:members:g' .. i) "
						+ "redis.call('ZADD', 'asgi:members:g' .. i, 1, 'specific.' .. ARGV[1] .. '!' .. i) end "
						+ "redis.call('ZADD', 'asgi:{nodes}', 1, ARGV[1])",
				"0", DEAD, String.valueOf(groups));
		assertThat(this.redis.cli("DBSIZE")).isEqualTo(String.valueOf(groups + 2));
		this.nodes.start();
		long begin = System.nanoTime();
		await().atMost(20, TimeUnit.SECONDS)
			.until(() -> this.redis.cli("ZSCORE", "asgi:{nodes}", DEAD).equals("(nil)"));
		System.out.println("A dead node with " + groups + " groups: removed after "
				+ Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
		assertThat(this.redis.cli("KEYS", "asgi:members:*")).isEmpty();
	}

	@Test
	void nodesThatCannotBeRemovedDoNotHideOthers() {
		for (int i = 0; i < 40; i++) {
			String node = String.format("%032x", i);
			this.redis.cli("ZADD", "asgi:{nodes}", String.valueOf(i + 1), node);
			this.redis.cli("SADD", "asgi:node:" + node + ":groups", "asgi:members:old");
		}
		this.redis.cli("ZADD", "asgi:{nodes}", "1000", DEAD);
		this.redis.cli("ZADD", "asgi:node:" + DEAD + ":groups", "1", "asgi:members:news");
		this.redis.cli("ZADD", "asgi:members:news", "1", "specific." + DEAD + "!1");
		this.nodes.start();
		await().atMost(10, TimeUnit.SECONDS)
			.until(() -> this.redis.cli("ZSCORE", "asgi:{nodes}", DEAD).equals("(nil)"));
		assertThat(members()).isEmpty();
		assertThat(this.redis.cli("ZCARD", "asgi:{nodes}")).as("the others wait for somebody to help").isEqualTo("41");
	}

	private static List<ChannelName> join(RedisChannelLayer layer, int number) throws Exception {
		List<ChannelName> names = new ArrayList<>();
		List<CompletableFuture<?>> joins = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			ChannelName name = layer.newChannel();
			names.add(name);
			joins.add(layer.groupAdd(NEWS, name).toCompletableFuture());
		}
		CompletableFuture.allOf(joins.toArray(CompletableFuture<?>[]::new)).get(20, TimeUnit.SECONDS);
		return names;
	}

	private static void leave(RedisChannelLayer layer, ChannelName name) {
		layer.groupDiscard(NEWS, name);
	}

	private static long size(RedisChannelLayer layer) throws Exception {
		return layer.groupSize(NEWS).toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

	private List<String> members() {
		return this.redis.cli("ZRANGE", "asgi:members:news", "0", "-1").lines().toList();
	}

}
