package dev.channels.layer.redis;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.ChannelLayerException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link RedisLink} without Redis.
 */
class RedisLinkTests {

	private final ServerSocket silent = silent();

	private final RedisClients clients = new RedisClients(
			new LettuceConnectionFactory("127.0.0.1", this.silent.getLocalPort()));

	private final ScheduledExecutorService maintenance = Executors.newSingleThreadScheduledExecutor();

	private final ExecutorService helper = Executors.newCachedThreadPool();

	private final AtomicInteger openings = new AtomicInteger();

	@AfterEach
	void stop() throws IOException {
		this.maintenance.shutdownNow();
		this.helper.shutdown();
		this.clients.close();
		this.silent.close();
	}

	/** Takes connections and says nothing on them. */
	private static ServerSocket silent() {
		try {
			return new ServerSocket(0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private RedisLink link(Executor helper) {
		return new RedisLink(this.clients, "asgi__node__n1", PubSubMode.SINGLE, new Subscriptions(System::nanoTime),
				(channel, message) -> {
				}, this.maintenance, helper, (gap) -> {
				});
	}

	@Test
	void theLoopDoesNotWaitForConnections() throws Exception {
		try (RedisLink link = link((task) -> {
			this.openings.incrementAndGet();
			this.helper.execute(task);
		})) {
			link.start();
			await().atMost(20, TimeUnit.SECONDS).until(() -> this.openings.get() > 0);
			long longest = 0;
			while (this.openings.get() < 3) {
				long begin = System.nanoTime();
				this.maintenance.submit(() -> {
				}).get(5, TimeUnit.SECONDS);
				longest = Math.max(longest, System.nanoTime() - begin);
			}
			assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(700));
			assertThat(link.isConnected()).isFalse();
			assertThat(link.commands().send((commands) -> commands.ping())).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(ChannelLayerException.class)
				.withMessage("Redis is not connected");
		}
	}

	@Test
	void theLoopSurvivesErrors() {
		try (RedisLink link = link((task) -> {
			this.openings.incrementAndGet();
			throw new OutOfMemoryError("unable to create native thread");
		})) {
			link.start();
			await().atMost(10, TimeUnit.SECONDS).until(() -> this.openings.get() > 3);
		}
	}

}
