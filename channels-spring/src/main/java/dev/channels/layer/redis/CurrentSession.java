package dev.channels.layer.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.channels.ChannelLayerException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands on the session that there is now, if there is one. Changed by the
 * maintenance thread, used by all.
 */
final class CurrentSession implements CommandSender {

	private final RedisProblems problems;

	private final Consumer<RedisSession> demotions;

	private volatile @Nullable RedisSession session;

	/** Why nothing is sent although there is a session, {@code null} if it is. */
	private volatile @Nullable String refusing;

	/**
	 * @param problems told of what fails
	 * @param demotions told on an I/O thread of a session whose Redis answers as a
	 * replica
	 */
	CurrentSession(RedisProblems problems, Consumer<RedisSession> demotions) {
		this.problems = problems;
		this.demotions = demotions;
	}

	@Nullable RedisSession get() {
		return this.session;
	}

	/**
	 * Use this session from now on.
	 * @return the one of before
	 */
	@Nullable RedisSession use(@Nullable RedisSession session) {
		RedisSession before = this.session;
		this.session = session;
		this.refusing = null;
		return before;
	}

	/**
	 * Hear on this session, but send nothing: it would reach nobody else.
	 * @param reason why not
	 */
	void refuse(String reason) {
		this.refusing = reason;
	}

	boolean isRefusing() {
		return this.refusing != null;
	}

	@Override
	public boolean isOpen() {
		return this.session != null && this.refusing == null;
	}

	@Override
	public @Nullable String masterOf(String channel) {
		RedisSession session = this.session;
		return (session != null) ? session.masterOf(channel) : null;
	}

	@Override
	public <T> CompletionStage<T> send(
			Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
		RedisSession session = this.session;
		String refusing = this.refusing;
		if (session == null || refusing != null) {
			return CompletableFuture
				.failedStage(new ChannelLayerException((refusing != null) ? refusing : "Redis is not connected"));
		}
		CompletionStage<T> sent;
		try {
			sent = command.apply(session.commands());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(RedisCalls.failed(ex));
		}
		CompletableFuture<T> result = new CompletableFuture<>();
		sent.whenComplete((value, failure) -> {
			if (failure != null) {
				failed(session, failure);
				result.completeExceptionally(RedisCalls.failed(failure));
			}
			else {
				result.complete(value);
			}
		});
		return result;
	}

	private void failed(RedisSession session, Throwable failure) {
		this.problems.commandFailed(failure);
		if (RedisProblems.isDemotion(failure)) {
			this.demotions.accept(session);
		}
	}

}
