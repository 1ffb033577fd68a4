package dev.channels.layer.redis;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

import dev.channels.connection.ManualExecutor;
import dev.channels.layer.ChannelName;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StreamReader}: when it opens a connection, and when it gives it up.
 */
class StreamReaderTests {

	private final FakeRedis redis = new FakeRedis().answer("xreadgroup", List.of());

	private final EventStream stream = new EventStream(this.redis, new RedisNames("asgi"), ChannelName.of("jobs"),
			"n1");

	private final List<String> connections = new ArrayList<>();

	private Runnable whenClosed = () -> {
	};

	private final ManualExecutor executor = new ManualExecutor();

	private final StreamReader reader = new StreamReader(this::open, this.executor);

	@Test
	void opensAConnectionElsewhereAndKeepsIt() {
		CompletionStage<?> read = read();
		assertThat(this.connections).as("opening blocks").isEmpty();
		this.executor.runAll();
		assertThat(read).isCompleted();
		assertThat(read()).isCompleted();
		assertThat(this.connections).containsExactly("opened");
	}

	@Test
	void givesAConnectionUpAfterAFailure() {
		read();
		this.executor.runAll();
		this.redis.answer("xreadgroup", new RedisCommandExecutionException("no answer"));
		assertThat(read()).isCompletedExceptionally();
		assertThat(this.connections).containsExactly("opened", "closed");
		this.redis.answer("xreadgroup", List.of());
		CompletionStage<?> read = read();
		this.executor.runAll();
		assertThat(read).isCompleted();
		assertThat(this.connections).containsExactly("opened", "closed", "opened");
	}

	@Test
	void givesAConnectionUpThatIsNotNeeded() {
		this.reader.close();
		read();
		this.executor.runAll();
		this.reader.close();
		this.reader.close();
		assertThat(this.connections).containsExactly("opened", "closed");
		read();
		this.executor.runAll();
		assertThat(this.connections).containsExactly("opened", "closed", "opened");
	}

	/**
	 * The read fails on the stack of what closes the connection.
	 */
	@Test
	void closesAConnectionOnceAlsoWithAReadThatIsCutOff() {
		CompletableFuture<Object> answer = new CompletableFuture<>();
		this.redis.answer("xreadgroup", answer);
		this.whenClosed = () -> answer.completeExceptionally(new IllegalStateException("closed"));
		CompletionStage<?> read = read();
		this.executor.runAll();
		this.reader.close();
		assertThat(read).isCompletedExceptionally();
		assertThat(this.connections).containsExactly("opened", "closed");
	}

	@Test
	void aConnectionThatCannotBeOpenedIsAFailure() {
		StreamReader failing = new StreamReader(() -> {
			throw new IllegalStateException("expected by the test");
		}, Runnable::run);
		assertThat(failing.read(this.stream, 1)).isCompletedExceptionally();
	}

	@Test
	void survivesAnExecutorThatWasShutDown() {
		StreamReader ended = new StreamReader(this::open, (task) -> {
			throw new RejectedExecutionException("shut down");
		});
		assertThat(ended.read(this.stream, 1)).isCompletedExceptionally();
		assertThat(this.connections).isEmpty();
	}

	private CompletionStage<?> read() {
		return this.reader.read(this.stream, 1);
	}

	@SuppressWarnings("unchecked")
	private RedisClients.WaitingConnection open() {
		this.connections.add("opened");
		StatefulConnection<String, byte[]> connection = (StatefulConnection<String, byte[]>) Proxy.newProxyInstance(
				getClass().getClassLoader(), new Class<?>[] { StatefulConnection.class },
				(proxy, method, arguments) -> {
					assertThat(method.getName()).isEqualTo("closeAsync");
					this.connections.add("closed");
					this.whenClosed.run();
					return CompletableFuture.completedFuture(null);
				});
		return new RedisClients.WaitingConnection(connection, this.redis.commands());
	}

}
