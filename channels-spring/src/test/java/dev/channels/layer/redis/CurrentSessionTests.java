package dev.channels.layer.redis;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelLayerException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.api.StatefulConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link CurrentSession}.
 */
class CurrentSessionTests {

	private final FakeRedis redis = new FakeRedis().answer("clientInfo", "id=1").answer("zcard", 3L);

	private final List<RedisSession> demoted = new ArrayList<>();

	private final CurrentSession current = new CurrentSession(new RedisProblems("here"), this.demoted::add);

	private final RedisSession session = session();

	@SuppressWarnings("unchecked")
	private RedisSession session() {
		StatefulConnection<String, byte[]> connection = (StatefulConnection<String, byte[]>) Proxy.newProxyInstance(
				getClass().getClassLoader(), new Class<?>[] { StatefulConnection.class },
				(proxy, method, arguments) -> null);
		return new RedisSession(connection, this.redis.commands(), null, new Deaf());
	}

	private CompletionStage<Long> size() {
		return this.current.send((commands) -> commands.zcard("asgi:members:room"));
	}

	private static void assertFailure(CompletionStage<?> stage, String message) {
		assertThat(stage).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ChannelLayerException.class)
			.withMessage(message);
	}

	@Test
	void sendsOnTheSessionThatThereIs() {
		assertThat(this.current.isOpen()).isFalse();
		assertFailure(size(), "Redis is not connected");
		assertThat(this.current.use(this.session)).isNull();
		assertThat(this.current.isOpen()).isTrue();
		assertThat(size()).isCompletedWithValue(3L);
		assertThat(this.current.use(null)).isSameAs(this.session);
		assertFailure(size(), "Redis is not connected");
	}

	@Test
	void sendsNothingToAReplica() {
		this.current.use(this.session);
		this.redis.received();
		this.current.refuse("is a replica");
		assertThat(this.current.isOpen()).isFalse();
		assertThat(this.current.get()).isSameAs(this.session);
		assertFailure(size(), "is a replica");
		assertThat(this.redis.received()).isEmpty();
		this.current.use(session());
		assertThat(size()).isCompletedWithValue(3L);
	}

	@Test
	void tellsOfASessionWhoseRedisBecameAReplica() {
		this.current.use(this.session);
		this.redis.answer("zcard", new RedisCommandExecutionException("OOM command not allowed"));
		assertFailure(size(), "Redis failed, the outcome is unknown: "
				+ "io.lettuce.core.RedisCommandExecutionException: OOM command not allowed");
		assertThat(this.demoted).isEmpty();
		this.redis.answer("zcard", new RedisReadOnlyException("READONLY You can't write against a read only replica."));
		assertThat(size().toCompletableFuture()).isCompletedExceptionally();
		assertThat(this.demoted).containsExactly(this.session);
	}

	@Test
	void aCommandThatCannotBeMadeFailsItsStage() {
		this.current.use(this.session);
		assertThat(this.current.send((commands) -> {
			throw new IllegalArgumentException("keys must not be empty");
		}).toCompletableFuture()).isCompletedExceptionally();
	}

	/**
	 * Hears nothing.
	 */
	private static final class Deaf implements Listening {

		@Override
		public void open() {
		}

		@Override
		public Set<String> names() {
			return Set.of();
		}

		@Override
		public void mute() {
		}

		@Override
		public void close() {
		}

		@Override
		public void subscribe(List<String> channels) {
		}

		@Override
		public void unsubscribe(List<String> channels) {
		}

	}

}
