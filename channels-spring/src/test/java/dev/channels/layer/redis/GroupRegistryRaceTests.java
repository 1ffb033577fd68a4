package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import dev.channels.connection.Eventually;
import dev.channels.connection.Race;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link GroupRegistry} while connections come and go, writes fail and
 * everything is written anew.
 */
class GroupRegistryRaceTests {

	private static final int THREADS = 4;

	private static final int STEPS = 200;

	private static final int GROUPS = 3;

	private final FakeRedis redis = new FakeRedis();

	private final RedisNames names = new RedisNames("asgi");

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(),
			JsonMapper.builder().build());

	private final NodeLease lease = new NodeLease(this.redis, this.names, "n1", Duration.ofSeconds(6));

	private final ExecutorService writer = Executors.newSingleThreadExecutor();

	private final GroupRegistry registry = new GroupRegistry(this.redis, this.names, this.local, this.lease, "n1",
			Duration.ofDays(1), this.writer);

	private final Queue<CompletableFuture<Void>> stages = new ConcurrentLinkedQueue<>();

	private final Race race = new Race();

	@AfterEach
	void release() {
		this.race.close();
		this.writer.shutdownNow();
	}

	@RepeatedTest(20)
	void endsWithWhatIsKnownHere() {
		this.redis.answer("HEARTBEAT", List.of(5000L, 1L, List.of(), 5000L));
		this.lease.beat();
		this.redis.received();
		List<Runnable> tasks = new ArrayList<>();
		IntStream.range(0, THREADS).forEach((thread) -> tasks.add(() -> joinAndLeave(thread)));
		tasks.add(() -> IntStream.range(0, STEPS).forEach((i) -> disturb()));
		this.race.run(tasks.toArray(Runnable[]::new));
		this.redis.answer("zadd", 1L).answer("zrem", 1L);
		Registry result = new Registry();
		Eventually.until(() -> {
			this.registry.refresh(true);
			this.redis.received().forEach(result::apply);
			return result.members.equals(known()) && this.stages.stream().allMatch(CompletableFuture::isDone);
		});
		assertThat(result.index).containsAll(result.members.keySet());
	}

	private void joinAndLeave(int thread) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		for (int i = 0; i < STEPS; i++) {
			GroupName group = GroupName.of("g" + random.nextInt(GROUPS));
			ChannelName channel = ChannelName.of("specific.n1!" + thread);
			if (random.nextBoolean()) {
				this.local.join(group, channel);
			}
			else {
				this.local.leave(group, channel);
			}
			this.stages.add(this.registry.changed(group, channel).toCompletableFuture());
		}
	}

	private void disturb() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		Object answer = random.nextBoolean() ? 1L : new IllegalStateException("expected by the test");
		this.redis.answer(random.nextBoolean() ? "zadd" : "zrem", answer);
		if (random.nextInt(20) == 0) {
			this.registry.restore();
		}
		this.registry.refresh(true);
	}

	private Map<String, Set<String>> known() {
		Map<String, Set<String>> known = new HashMap<>();
		this.local.groups()
			.forEach((group) -> this.local.members(group)
				.forEach((member) -> known.computeIfAbsent(this.names.membersKey(group), (key) -> new HashSet<>())
					.add(member.value())));
		return known;
	}

	/**
	 * What Redis has after some commands: those that were answered by a failure are
	 * repeated, so it does not matter whether they had an effect.
	 */
	private static final class Registry {

		private final Map<String, Set<String>> members = new HashMap<>();

		private final Set<String> index = new HashSet<>();

		void apply(String command) {
			List<String> words = Arrays.asList(command.split(" "));
			List<String> values = words.subList(2, words.size());
			if (words.get(1).equals("asgi:node:n1:groups")) {
				applyToIndex(words.get(0), values);
				return;
			}
			switch (words.get(0)) {
				case "zadd" ->
					values.forEach((value) -> this.members.computeIfAbsent(words.get(1), (key) -> new HashSet<>())
						.add(value.substring(0, value.indexOf('='))));
				case "zrem" -> this.members.computeIfPresent(words.get(1), (key, present) -> {
					present.removeAll(values);
					return present.isEmpty() ? null : present;
				});
				default -> assertThat(words.get(0)).isIn("expire", "zremrangebyscore");
			}
		}

		private void applyToIndex(String command, List<String> values) {
			switch (command) {
				case "zadd" -> values.forEach((value) -> this.index.add(value.substring(0, value.lastIndexOf('='))));
				case "zrem" -> this.index.removeAll(values);
				default -> assertThat(command).isEqualTo("expire");
			}
		}

	}

}
