package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of the jobs of a worker process that ends without a word.
 */
class WorkerDeathIntegrationTests {

	private static final int JOBS = 1500;

	private static final EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

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
	void noJobIsLostWhenAProcessIsKilled() throws Exception {
		noJobIsLostIf("killed", NodeProcess::kill, NodeProcess::close);
	}

	/**
	 * What it says when it awakes is too late, and changes nothing.
	 */
	@Test
	void noJobIsLostWhenAProcessIsFrozenAndAwakes() throws Exception {
		noJobIsLostIf("frozen", NodeProcess::freeze, NodeProcess::thaw);
	}

	private void noJobIsLostIf(String what, Fault begin, Fault end) throws Exception {
		RedisChannelLayer sender = this.nodes.start(
				new LayerSettings(10_000, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(24)),
				new DropCounter(), new RedisLayerListener() {
				});
		List<NodeProcess> processes = new ArrayList<>();
		try {
			send(sender, WorkerNode.POISON);
			for (int job = 0; job < JOBS; job++) {
				send(sender, job);
			}
			for (int i = 0; i < 3; i++) {
				processes.add(NodeProcess.start(WorkerNode.class, this.redis));
			}
			processes.forEach((process) -> process.awaitLine("ready"));
			NodeProcess victim = processes.get(0);
			await().atMost(30, TimeUnit.SECONDS)
				.pollInterval(Duration.ofMillis(2))
				.until(() -> ended(processes).size() >= JOBS / 3);
			begin.on(victim);
			int before = ended(processes).size();
			await().atMost(60, TimeUnit.SECONDS).until(() -> Set.copyOf(ended(processes)).size() == JOBS);
			await().atMost(10, TimeUnit.SECONDS).until(() -> this.redis.cli("XLEN", "asgi:worker:{jobs}").equals("0"));

			Set<Integer> inFlight = new HashSet<>(jobs(victim, "begin"));
			List<Integer> repeated = duplicates(all(processes, "begin"));
			repeated.remove((Integer) WorkerNode.POISON);
			System.out.println("A " + what + " worker process: " + JOBS + " jobs done, " + before
					+ " of them before, begun twice: " + repeated.size());
			assertThat(ended(processes)).contains(IntStream.range(0, JOBS).boxed().toArray(Integer[]::new));
			assertThat(before).isLessThan(JOBS);
			assertThat(inFlight).containsAll(repeated);
			assertThat(lastOf(victim)).as("duplicates were in flight").containsAll(repeated);
		}
		finally {
			for (NodeProcess process : processes) {
				process.close();
			}
		}
		assertThat(this.redis.cli("XPENDING", "asgi:worker:{jobs}", "channels")).startsWith("0");
		List<DeadLetter> dead = sender.deadLetters(WorkerNode.channel, 10)
			.toCompletableFuture()
			.get(5, TimeUnit.SECONDS);
		assertThat(dead).singleElement().satisfies((letter) -> {
			assertThat(letter.attempts()).isEqualTo(WorkerNode.ATTEMPTS);
			assertThat(letter.error()).isEqualTo("java.lang.IllegalStateException: a job that nobody can do");
		});
	}

	private interface Fault {

		void on(NodeProcess process) throws Exception;

	}

	private static void send(RedisChannelLayer sender, int job) throws Exception {
		LayerEvent event = codec.encode(Event.of("job", Map.of("job", job)));
		sender.send(WorkerNode.channel, event).toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

	/**
	 * The jobs that a process had begun last, as many as could be without an
	 * acknowledgement.
	 */
	private static List<Integer> lastOf(NodeProcess process) {
		List<Integer> begun = jobs(process, "begin");
		return begun.subList(Math.max(0, begun.size() - 2 * WorkerNode.WORKERS), begun.size());
	}

	private static List<Integer> ended(List<NodeProcess> processes) {
		return all(processes, "end");
	}

	private static List<Integer> all(List<NodeProcess> processes, String word) {
		return processes.stream().flatMap((process) -> jobs(process, word).stream()).toList();
	}

	private static List<Integer> jobs(NodeProcess process, String word) {
		return process.told(word).stream().map(Integer::valueOf).toList();
	}

	private static List<Integer> duplicates(List<Integer> jobs) {
		Set<Integer> once = new HashSet<>();
		return new ArrayList<>(jobs.stream().filter((job) -> !once.add(job)).distinct().toList());
	}

}
