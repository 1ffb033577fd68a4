package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import dev.channels.layer.CapturedLog;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link NodeDuties}.
 */
class NodeDutiesTests {

	private static final GroupName ROOM = GroupName.of("room");

	private static final ChannelName MEMBER = ChannelName.of("specific.n1!1");

	private final FakeRedis redis = new FakeRedis().answer("HEARTBEAT", List.of(100L, 1L, List.of(), 5000L))
		.answer("zadd", 1L)
		.answer("expire", true);

	private final RedisNames names = new RedisNames("asgi");

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(),
			JsonMapper.builder().build());

	private final ScheduledExecutorService maintenance = Executors.newSingleThreadScheduledExecutor();

	private final AtomicLong connectedTimes = new AtomicLong(1);

	private final AtomicBoolean failing = new AtomicBoolean();

	private final NodeLease lease = new NodeLease(this.redis, this.names, "n1", Duration.ofSeconds(6));

	private final GroupRegistry registry = new GroupRegistry(new Failing(), this.names, this.local, this.lease, "n1",
			Duration.ofHours(1), Runnable::run);

	private final NodeDuties duties = new NodeDuties(this.redis, this.connectedTimes::get, () -> true, this.lease,
			this.registry, new NodeReaper(this.redis, this.names, "n1", Runnable::run, new RedisLayerListener() {
			}), this.maintenance);

	@AfterEach
	void stop() {
		this.maintenance.shutdownNow();
	}

	private List<String> perform() throws Exception {
		this.redis.received();
		this.duties.perform();
		this.maintenance.submit(() -> {
		}).get(5, TimeUnit.SECONDS);
		return this.redis.received();
	}

	@Test
	void restoresOnceAfterEachGap() throws Exception {
		this.local.join(ROOM, MEMBER);
		assertThat(perform()).anyMatch((command) -> command.startsWith("zadd asgi:members:room"));
		assertThat(perform()).noneMatch((command) -> command.startsWith("zadd asgi:node"));
		this.connectedTimes.incrementAndGet();
		assertThat(perform()).anyMatch((command) -> command.startsWith("zadd asgi:node"));
		assertThat(perform()).noneMatch((command) -> command.startsWith("zadd asgi:node"));
	}

	@Test
	void aRestorationThatFailedIsMadeUpForAndToldOf() throws Exception {
		this.local.join(ROOM, MEMBER);
		this.failing.set(true);
		try (CapturedLog log = CapturedLog.of(NodeDuties.class)) {
			assertThat(perform()).noneMatch((command) -> command.startsWith("zadd"));
			assertThat(log.messages()).containsExactly("The group registry could not be looked after, trying on");
		}
		this.failing.set(false);
		assertThat(perform()).anyMatch((command) -> command.startsWith("zadd asgi:node"));
	}

	@Test
	void aLeaseThatEndsBeforeTheNextRegularTimeIsLookedAtThen() throws Exception {
		this.redis.answer("CLAIM_NODE", 0L).answer("HEARTBEAT", List.of(100L, 1L, List.of(), 20L));
		this.duties.perform();
		this.redis.answer("HEARTBEAT", List.of(121L, 1L, List.of(Script.bytes("n2")), 5000L));
		await().atMost(20, TimeUnit.SECONDS)
			.untilAsserted(
					() -> assertThat(this.redis.received()).anyMatch((command) -> command.contains("CLAIM_NODE")));
	}

	/**
	 * Redis for the registry alone, which is made to throw where nothing should.
	 */
	private final class Failing implements CommandSender {

		@Override
		public boolean isOpen() {
			if (NodeDutiesTests.this.failing.get()) {
				throw new StackOverflowError("planted");
			}
			return true;
		}

		@Override
		public <T> CompletionStage<T> send(
				Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
			return NodeDutiesTests.this.redis.send(command);
		}

	}

}
