package dev.channels.benchmarks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import dev.channels.Event;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.redis.DetectingEventSerializer;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import dev.channels.layer.redis.RedisLayerSettings;
import dev.channels.test.redis.RedisServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * How much 10,000 joins (and leaves) a second at a node slow down its events. One node
 * sends 2,000 events a second to 20 groups in which another has 5 members each. Windows
 * without joins, with joins of groups of their own, and with joins of one group take
 * turns, so that a machine that gets slower does so for all.
 */
public final class DeliveryBesideJoins {

	private static final int GROUPS = 20;

	private static final int MEMBERS_PER_GROUP = 5;

	private static final int EVENTS_PER_SECOND = 2_000;

	private static final int JOINS_PER_SECOND = 10_000;

	private static final Duration WINDOW = Duration.ofSeconds(3);

	private static final int ROUNDS = 8;

	private static final long PACE = Duration.ofMillis(5).toNanos();

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final EventCodec codec = new EventCodec(this.mapper,
			new DetectingEventSerializer(new JsonEventSerializer()));

	private final ExecutorService callbacks = Executors.newCachedThreadPool();

	private volatile @Nullable Window window;

	private DeliveryBesideJoins() {
	}

	/**
	 * Run it. Needs Docker or a local {@code redis-server}.
	 * @param args none
	 * @throws Exception if a command fails
	 */
	public static void main(String[] args) throws Exception {
		new DeliveryBesideJoins().run();
		System.exit(0);
	}

	private void run() throws Exception {
		try (RedisServer redis = RedisServer.start();
				RedisChannelLayer sender = startNode(redis);
				RedisChannelLayer receiver = startNode(redis)) {
			List<GroupName> groups = join(receiver);
			Map<String, @Nullable IntFunction<GroupName>> ways = new LinkedHashMap<>();
			ways.put("no joins", null);
			ways.put("joins of distinct groups", (i) -> GroupName.of("own" + i));
			ways.put("joins of one group", (i) -> GroupName.of("one"));
			Map<String, List<Window>> results = new LinkedHashMap<>();
			for (int round = 0; round <= ROUNDS; round++) {
				for (Map.Entry<String, @Nullable IntFunction<GroupName>> way : ways.entrySet()) {
					Window window = measure(sender, receiver, groups, way.getValue());
					if (round > 0) {
						results.computeIfAbsent(way.getKey(), (name) -> new ArrayList<>()).add(window);
					}
				}
			}
			report(results);
		}
	}

	private RedisChannelLayer startNode(RedisServer redis) throws Exception {
		LayerSettings limits = LayerSettings.defaults();
		DropCounter drops = new DropCounter();
		RedisChannelLayer layer = new RedisChannelLayer(
				new RedisLayerSettings(limits, "asgi", false, false, Duration.ofSeconds(6), Duration.ofSeconds(30)),
				this.codec, new LocalDelivery(limits, drops, this.mapper), drops,
				new LettuceConnectionFactory(redis.host(), redis.port()), this.callbacks, new RedisLayerListener() {
				});
		layer.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
		return layer;
	}

	private List<GroupName> join(RedisChannelLayer receiver) throws Exception {
		List<GroupName> groups = IntStream.range(0, GROUPS).mapToObj((i) -> GroupName.of("room" + i)).toList();
		List<CompletableFuture<?>> joins = new ArrayList<>();
		for (GroupName group : groups) {
			for (int i = 0; i < MEMBERS_PER_GROUP; i++) {
				ChannelName member = receiver.newChannel();
				joins.add(receiver.subscribe(member, this::received).toCompletableFuture());
				joins.add(receiver.groupAdd(group, member).toCompletableFuture());
			}
		}
		CompletableFuture.allOf(joins.toArray(CompletableFuture<?>[]::new)).get(10, TimeUnit.SECONDS);
		return groups;
	}

	private void received(Delivery delivery) {
		var event = delivery.take();
		Window window = this.window;
		if (event != null && window != null && event.payload(Map.class) instanceof Map<?, ?> payload
				&& payload.get("at") instanceof Number at) {
			window.delivered(System.nanoTime() - at.longValue());
		}
	}

	private Window measure(RedisChannelLayer sender, RedisChannelLayer receiver, List<GroupName> groups,
			@Nullable IntFunction<GroupName> joined) throws Exception {
		Window window = new Window();
		this.window = window;
		Thread joins = new Thread((joined != null) ? () -> joinAndLeave(receiver, joined, window) : () -> {
		});
		joins.start();
		int sent = 0;
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < WINDOW.toNanos()) {
			long due = (System.nanoTime() - begin) * EVENTS_PER_SECOND / Duration.ofSeconds(1).toNanos();
			for (; sent < due; sent++) {
				sender.groupSend(groups.get(sent % GROUPS),
						this.codec.encode(Event.of("tick", Map.of("at", System.nanoTime()))));
			}
			LockSupport.parkNanos(PACE / 10);
		}
		joins.join();
		this.window = null;
		return window;
	}

	/**
	 * Join at the pace that was asked for, and leave after half a second.
	 */
	private static void joinAndLeave(RedisChannelLayer layer, IntFunction<GroupName> groups, Window window) {
		Deque<Runnable> leaves = new ArrayDeque<>();
		long begin = System.nanoTime();
		int begun = 0;
		while (System.nanoTime() - begin < WINDOW.toNanos()) {
			long due = (System.nanoTime() - begin) * JOINS_PER_SECOND / Duration.ofSeconds(1).toNanos();
			for (; begun < due; begun++) {
				ChannelName channel = layer.newChannel();
				GroupName group = groups.apply(begun);
				layer.subscribe(channel, Delivery::take);
				layer.groupAdd(group, channel).thenRun(window.joins::incrementAndGet);
				leaves.add(() -> {
					layer.groupDiscard(group, channel);
					layer.unsubscribe(channel);
				});
			}
			while (leaves.size() > JOINS_PER_SECOND / 2) {
				leaves.remove().run();
			}
			LockSupport.parkNanos(PACE);
		}
		leaves.forEach(Runnable::run);
	}

	private static void report(Map<String, List<Window>> results) {
		double baseline = 0;
		for (Map.Entry<String, List<Window>> result : results.entrySet()) {
			double delivered = result.getValue()
				.stream()
				.mapToDouble(Window::deliveredPerSecond)
				.average()
				.orElseThrow();
			baseline = (baseline == 0) ? delivered : baseline;
			System.out.printf(Locale.ROOT,
					"%-25s %6.0f joins/s, %6.0f deliveries/s (%5.1f %% of those without), latency median %5.2f ms, 99 %% %5.2f ms%n",
					result.getKey(),
					result.getValue().stream().mapToDouble(Window::joinsPerSecond).average().orElseThrow(), delivered,
					delivered * 100 / baseline, medianOf(result.getValue(), 0.5), medianOf(result.getValue(), 0.99));
		}
	}

	private static double medianOf(List<Window> windows, double quantile) {
		double[] values = windows.stream().mapToDouble((window) -> window.latencyMillis(quantile)).sorted().toArray();
		return values[values.length / 2];
	}

	/**
	 * What was seen in one window. Deliveries come on one thread, that of the Redis
	 * client.
	 */
	private static final class Window {

		private final AtomicInteger joins = new AtomicInteger();

		private final long[] latencies = new long[(int) (WINDOW.toSeconds() * EVENTS_PER_SECOND * MEMBERS_PER_GROUP
				* 2)];

		private volatile int delivered;

		@SuppressWarnings("NonAtomicVolatileUpdate")
		void delivered(long nanos) {
			if (this.delivered < this.latencies.length) {
				this.latencies[this.delivered] = nanos;
				this.delivered++;
			}
		}

		double deliveredPerSecond() {
			return (double) this.delivered / WINDOW.toSeconds();
		}

		double joinsPerSecond() {
			return (double) this.joins.get() / WINDOW.toSeconds();
		}

		double latencyMillis(double quantile) {
			long[] sorted = Arrays.copyOf(this.latencies, this.delivered);
			Arrays.sort(sorted);
			return sorted[(int) (sorted.length * quantile)] / 1e6;
		}

	}

}
