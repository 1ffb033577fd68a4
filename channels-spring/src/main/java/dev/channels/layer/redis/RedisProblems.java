package dev.channels.layer.redis;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.ChannelLayerException;
import dev.channels.layer.RateLimitedLog;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.output.GenericMapOutput;
import io.lettuce.core.protocol.CommandType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.NestedExceptionUtils;

/**
 * Tells the operator what is wrong with a Redis that is there: it refuses commands, or it
 * is too old. That it is not there is the {@link RedisLink}'s to tell. Safe for use by
 * many threads.
 */
final class RedisProblems {

	private static final Log logger = LogFactory.getLog(RedisProblems.class);

	private static final int OLDEST_VERSION = 7;

	private static final Pattern MAJOR = Pattern.compile("(\\d+)\\.");

	/** Errors that a healthy Redis answers, and that we expect. */
	private static final List<String> EXPECTED = List.of("NOSCRIPT", "NOGROUP", "BUSYGROUP");

	private final String servers;

	private final RateLimitedLog refusals = new RateLimitedLog(logger);

	/**
	 * @param servers where Redis is
	 */
	RedisProblems(String servers) {
		this.servers = servers;
	}

	/**
	 * Whether Redis is there, but does not do what it is asked for.
	 */
	static boolean isRefusal(Throwable failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure) instanceof RedisCommandExecutionException;
	}

	/**
	 * Whether the user of Redis may not do that.
	 */
	static boolean isForbidden(Throwable failure) {
		return isRefusal(failure)
				&& String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage()).startsWith("NOPERM");
	}

	/**
	 * A command has failed. Warns if Redis has refused it, which no patience will change:
	 * an ACL user that may not do what we need, a script that cannot be run.
	 */
	void commandFailed(Throwable failure) {
		String message = String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
		if (isRefusal(failure) && EXPECTED.stream().noneMatch(message::startsWith)) {
			this.refusals.warn(() -> "Redis at " + this.servers + " refuses a command: " + message);
		}
	}

	/**
	 * Whether Redis did not do what it was asked for because it is a replica.
	 */
	static boolean isDemotion(Throwable failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		return cause instanceof RedisReadOnlyException
				|| (isRefusal(failure) && String.valueOf(cause.getMessage()).startsWith("MASTERDOWN"));
	}

	/**
	 * Ask Redis who it is. Warns if it is older than what this library is made for: much
	 * would work, and some of it would fail with a text that nobody understands. Blocks.
	 * @return whether it is a replica
	 * @throws ChannelLayerException if Redis does not answer
	 */
	boolean isReplica(RedisClusterAsyncCommands<String, byte[]> commands) {
		Map<String, Object> facts;
		try {
			facts = RedisCalls.await(commands.dispatch(CommandType.HELLO, new GenericMapOutput<>(RedisClients.CODEC)));
		}
		catch (ChannelLayerException ex) {
			if (isRefusal(ex)) {
				return false;
			}
			throw ex;
		}
		if (facts.get("version") instanceof byte[] version && isTooOld(Script.text(version))) {
			this.refusals.warn(() -> "Redis at " + this.servers + " has version " + Script.text(version)
					+ ", which is too old: use " + OLDEST_VERSION + " or newer");
		}
		return facts.get("role") instanceof byte[] role && Script.text(role).equals("replica");
	}

	static boolean isTooOld(String version) {
		Matcher matcher = MAJOR.matcher(version);
		return matcher.lookingAt() && Integer.parseInt(matcher.group(1)) < OLDEST_VERSION;
	}

	/**
	 * Say why there is no connection, for somebody who does not know the client.
	 */
	static String reasonOf(Throwable failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		String message = (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getName();
		return (message.startsWith("ERR unknown command") || message.startsWith("NOPROTO"))
				? message + " (use Redis " + OLDEST_VERSION + " or newer)" : message;
	}

}
