package dev.channels.test.redis;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A failover behind a proxy, a name or a service that leads new connections to the new
 * master and leaves alone those that are there: the old one answers on, as a replica.
 */
class RedisDemotionIntegrationTests {

	private static final List<GroupName> groups = LoadedNodes.groups();

	private final Queue<Duration> gapsHere = new ConcurrentLinkedQueue<>();

	private final Queue<Duration> gapsThere = new ConcurrentLinkedQueue<>();

	private RedisServer first;

	private RedisServer second;

	private TcpProxy networkHere;

	private TcpProxy networkThere;

	private RedisNodes here;

	private RedisNodes there;

	@BeforeEach
	void start() throws Exception {
		this.first = RedisServer.local();
		this.second = RedisServer.local();
		replicate(this.second, this.first);
		this.networkHere = new TcpProxy(this.first.host(), this.first.port());
		this.networkThere = new TcpProxy(this.first.host(), this.first.port());
		this.here = RedisNodes.on("127.0.0.1", this.networkHere.port());
		this.there = RedisNodes.on("127.0.0.1", this.networkThere.port());
	}

	@AfterEach
	void stop() throws Exception {
		this.here.close();
		this.there.close();
		this.networkHere.close();
		this.networkThere.close();
		this.second.close();
		this.first.close();
	}

	private static void replicate(RedisServer replica, RedisServer master) {
		replica.cli("CONFIG", "SET", "repl-diskless-sync-delay", "0");
		master.cli("CONFIG", "SET", "repl-diskless-sync-delay", "0");
		replica.cli("REPLICAOF", master.host(), Integer.toString(master.port()));
		await().atMost(10, TimeUnit.SECONDS)
			.until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
	}

	private static RedisChannelLayer startNode(RedisNodes nodes, Queue<Duration> gaps) {
		LayerSettings settings = new LayerSettings(100_000, List.of(), Duration.ofSeconds(60), Duration.ZERO,
				Duration.ofHours(24));
		return nodes.start(settings, new DropCounter(), new RedisLayerListener() {
			@Override
			public void gapEnded(Duration duration) {
				gaps.add(duration);
			}
		});
	}

	@Test
	void aMasterThatBecameAReplicaIsLeftForTheNewOne() throws Exception {
		RedisChannelLayer layerHere = startNode(this.here, this.gapsHere);
		RedisChannelLayer layerThere = startNode(this.there, this.gapsThere);
		List<Population> populations = List.of(new Population(layerHere).join(200, groups),
				new Population(layerThere).join(200, groups));
		try (Load fromHere = new Load("here", layerHere, groups, 0, 25);
				Load fromThere = new Load("there", layerThere, groups, 0, 25)) {
			List<Load> loads = List.of(fromHere, fromThere);
			awaitDelivery(populations, loads, Duration.ofSeconds(5));
			assertThat(this.gapsHere).isEmpty();
			this.second.cli("REPLICAOF", "NO", "ONE");
			this.first.cli("REPLICAOF", this.second.host(), Integer.toString(this.second.port()));
			this.networkHere.target(this.second.port());
			this.networkThere.target(this.second.port());
			this.networkThere.cut();
			long swapped = System.nanoTime();
			awaitDelivery(populations, loads, Duration.ofSeconds(3));
			long back = System.nanoTime();
			await().atMost(3, TimeUnit.SECONDS).untilAsserted(() -> {
				assertThat(this.gapsHere).hasSize(1);
				assertThat(this.gapsThere).hasSize(1);
			});
			await().atMost(10, TimeUnit.SECONDS).until(() -> LoadedNodes.memberships(layerHere) == 400);
			System.out.printf(
					"Roles swapped, connections of one node kept: both deliver after %d ms, gaps %s and %s, "
							+ "%d and %d sends failed%n",
					TimeUnit.NANOSECONDS.toMillis(back - swapped), this.gapsHere, this.gapsThere, fromHere.failed(),
					fromThere.failed());
			assertThat(loads).allSatisfy((load) -> assertThat(load.unexpected()).isNull());
			assertThat(this.gapsHere).hasSize(1);
			assertThat(this.gapsThere).hasSize(1);
		}
		assertThat(populations).allSatisfy((population) -> assertThat(population.violations()).isEmpty());
	}

	/**
	 * What is published to a replica reaches its own subscribers only: no send may
	 * succeed.
	 */
	@Test
	void whileThereIsNoMasterSendsFailAndConnectionsStay() throws Exception {
		RedisChannelLayer layer = startNode(this.here, this.gapsHere);
		Population members = new Population(layer).join(20, groups);
		this.first.cli("REPLICAOF", this.second.host(), Integer.toString(this.second.port()));
		try (Load load = new Load("here", layer, groups, 0, 25)) {
			await().atMost(3, TimeUnit.SECONDS).until(() -> load.failed() > 0);
			assertThat(layer.groupSize(groups.get(0))).failsWithin(Duration.ofSeconds(3))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(ChannelLayerException.class)
				.withMessage("Redis at 127.0.0.1:" + this.networkHere.port()
						+ " is a replica now: the layer looks for the master");
			this.first.cli("REPLICAOF", "NO", "ONE");
			awaitDelivery(List.of(members), List.of(load), Duration.ofSeconds(5));
			await().atMost(3, TimeUnit.SECONDS).untilAsserted(() -> assertThat(this.gapsHere).hasSize(1));
		}
		assertThat(members.violations()).isEmpty();
	}

	private static void awaitDelivery(List<Population> populations, List<Load> loads, Duration limit) {
		List<String> senders = loads.stream().map(Load::sender).toList();
		int number = loads.stream().mapToInt(Load::number).max().orElseThrow() + 1;
		await().atMost(limit)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> populations.stream().allMatch((population) -> population.haveSeen(senders, number)));
	}

}
