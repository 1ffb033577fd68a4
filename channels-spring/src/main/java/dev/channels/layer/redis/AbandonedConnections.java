package dev.channels.layer.redis;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.ChannelLayerException;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Connections that were given up in silence. What the network or a frozen Redis still
 * holds of them would be executed behind what is sent on their successor, and events of
 * one sender out of order. So Redis is told to end them before the successor is used.
 * <p>
 * The maintenance thread adds them; one opening at a time ends them.
 */
final class AbandonedConnections {

	private static final Log logger = LogFactory.getLog(AbandonedConnections.class);

	/**
	 * From CLIENT INFO. Ids begin anew in each life of Redis: with the address it is
	 * sure.
	 */
	private static final Pattern CLIENT = Pattern.compile("id=(\\d+) addr=(\\S+) .*", Pattern.DOTALL);

	private final Queue<String> clients = new ConcurrentLinkedQueue<>();

	/**
	 * @param client what CLIENT INFO said on the connection
	 */
	void add(String client) {
		this.clients.add(client);
	}

	boolean isEmpty() {
		return this.clients.isEmpty();
	}

	/**
	 * End them. Blocks.
	 * @throws ChannelLayerException if Redis does not answer
	 */
	void end(RedisClusterAsyncCommands<String, byte[]> commands) {
		for (String next = this.clients.peek(); next != null; next = this.clients.peek()) {
			Matcher client = CLIENT.matcher(next);
			if (client.matches()) {
				kill(commands, KillArgs.Builder.id(Long.parseLong(client.group(1))).addr(client.group(2)));
			}
			this.clients.remove();
		}
	}

	private static void kill(RedisClusterAsyncCommands<String, byte[]> commands, KillArgs which) {
		try {
			RedisCalls.await(commands.clientKill(which));
		}
		catch (ChannelLayerException ex) {
			if (!(ex.getCause() instanceof RedisCommandExecutionException)) {
				throw ex;
			}
			logger.info("The order of events that were sent before and after a silence of Redis is not sure: "
					+ ex.getCause().getMessage());
		}
	}

}
