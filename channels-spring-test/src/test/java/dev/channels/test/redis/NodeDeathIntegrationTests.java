package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
 * What becomes of the members of a node that is killed.
 */
class NodeDeathIntegrationTests {

	private static final List<GroupName> groups = LoadedNodes.groups();

	private final Queue<String> removed = new ConcurrentLinkedQueue<>();

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

	private RedisChannelLayer startNode() {
		return this.nodes.start(LayerSettings.defaults(), new DropCounter(), new RedisLayerListener() {
			@Override
			public void membersRemoved(String group, List<String> channelNames) {
				channelNames.forEach((name) -> NodeDeathIntegrationTests.this.removed.add(group + " " + name));
			}
		});
	}

	@Test
	void membersOfAKilledNodeAreRemovedOnceEach() throws Exception {
		List<RedisChannelLayer> survivors = List.of(startNode(), startNode());
		for (RedisChannelLayer survivor : survivors) {
			new Population(survivor).join(200, groups);
		}
		try (NodeProcess victim = NodeProcess.start(MemberNode.class, this.redis, 500)) {
			victim.awaitLine("ready");
			assertThat(LoadedNodes.memberships(survivors.get(0))).isEqualTo(900);
			List<String> members = victim.told("member");
			victim.kill();
			long killed = System.nanoTime();
			await().atMost(15, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(survivors.get(0)) == 400);
			System.out.println("A killed node: its 500 members are gone after "
					+ Duration.ofNanos(System.nanoTime() - killed).toMillis() + " ms");
			await().atMost(20, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(this.removed).containsExactlyInAnyOrderElementsOf(members));
		}
		await().atMost(10, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(this.redis.cli("ZCARD", "asgi:{nodes}")).isEqualTo("2"));
		assertThat(LoadedNodes.memberships(survivors.get(1))).isEqualTo(400);
		assertThat(this.removed).hasSize(500);
		assertThat(this.redis.cli("KEYS", "asgi:node:*").lines()).hasSize(2);
	}

	@Test
	void anotherNodeGoesOnWhenTheOneThatRemovesDies() throws Exception {
		int number = 20_000;
		try (NodeProcess victim = NodeProcess.start(MemberNode.class, this.redis, number);
				NodeProcess remover = NodeProcess.start(MemberNode.class, this.redis, 20, "dies")) {
			victim.awaitLine("ready");
			remover.awaitLine("ready");
			Set<String> members = new HashSet<>(victim.told("member"));
			members.addAll(remover.told("member"));
			victim.kill();
			remover.awaitLine("dies");
			remover.kill();
			List<String> before = remover.told("removed");
			RedisChannelLayer survivor = startNode();
			long left = LoadedNodes.memberships(survivor);
			new Population(survivor).join(20, groups);
			await().atMost(40, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(survivor) == 20);
			await().atMost(10, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(this.redis.cli("ZCARD", "asgi:{nodes}")).isEqualTo("1"));
			System.out.println("A remover that was killed: it had told of " + before.size() + " members of " + number
					+ ", " + left + " were left, another node told of " + this.removed.size());
			assertThat(left).isGreaterThan(20);
			assertThat(members).containsAll(before).containsAll(this.removed);
			List<String> all = new ArrayList<>(before);
			all.addAll(this.removed);
			assertThat(all).doesNotHaveDuplicates();
			assertThat(this.removed).hasSize((int) left);
		}
	}

	@Test
	void aNodeThatReturnsKeepsItsMembers() throws Exception {
		RedisChannelLayer survivor = startNode();
		try (NodeProcess frozen = NodeProcess.start(MemberNode.class, this.redis, 500)) {
			frozen.awaitLine("ready");
			frozen.freeze();
			await().atMost(15, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(survivor) == 0);
			frozen.thaw();
			await().atMost(15, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(survivor) == 500);
			assertThat(this.removed).containsExactlyInAnyOrderElementsOf(frozen.told("member"));
		}
	}

	/**
	 * What it has written again while another node was still at work is known to those
	 * who look after it when it dies.
	 */
	@Test
	void aNodeThatReturnsWhileItIsRemovedDiesLikeAnyOther() throws Exception {
		CountDownLatch removing = new CountDownLatch(1);
		CountDownLatch returned = new CountDownLatch(1);
		RedisChannelLayer survivor = this.nodes.start(LayerSettings.defaults(), new DropCounter(),
				new RedisLayerListener() {
					@Override
					public void membersRemoved(String group, List<String> channelNames) {
						removing.countDown();
						try {
							returned.await(20, TimeUnit.SECONDS);
						}
						catch (InterruptedException ex) {
							Thread.currentThread().interrupt();
						}
					}
				});
		try (NodeProcess frozen = NodeProcess.start(MemberNode.class, this.redis, 500)) {
			frozen.awaitLine("ready");
			frozen.freeze();
			assertThat(removing.await(20, TimeUnit.SECONDS)).isTrue();
			frozen.thaw();
			await().atMost(15, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(survivor) == 500);
			returned.countDown();
			await().during(1, TimeUnit.SECONDS)
				.atMost(10, TimeUnit.SECONDS)
				.until(() -> LoadedNodes.memberships(survivor) == 500);
			frozen.kill();
			await().atMost(20, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(survivor) == 0);
		}
	}

	@Test
	void aNodeThatStopsRemovesItsMembersItself() throws Exception {
		RedisChannelLayer stays = startNode();
		RedisChannelLayer ends = startNode();
		new Population(stays).join(20, groups);
		new Population(ends).join(500, groups);
		assertThat(LoadedNodes.memberships(stays)).isEqualTo(520);
		ends.close();
		assertThat(LoadedNodes.memberships(stays)).isEqualTo(20);
		assertThat(this.redis.cli("ZCARD", "asgi:{nodes}")).isEqualTo("1");
		assertThat(this.removed).isEmpty();
	}

}
