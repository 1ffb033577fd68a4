package dev.channels.layer.redis;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.channels.Event;
import dev.channels.layer.EventCodec;
import dev.channels.layer.LayerEvent;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Forgets everything: asks all nodes to forget their groups, and when they have, deletes
 * what is in Redis, a page at a time.
 */
final class LayerFlush {

	private static final Log logger = LogFactory.getLog(LayerFlush.class);

	/** Asks a node to forget its groups; the value is the node that asks. */
	private static final String FLUSH = LayerEvent.CONTROL_PREFIX + "flush";

	/** Says that a node did; the value is its name. */
	private static final String FLUSHED = LayerEvent.CONTROL_PREFIX + "flushed";

	private static final int PAGE = 1000;

	private final CommandSender redis;

	private final RedisNames names;

	private final String node;

	private final EventCodec codec;

	private final PubSubMode mode;

	private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

	LayerFlush(CommandSender redis, RedisNames names, String node, EventCodec codec, PubSubMode mode) {
		this.redis = redis;
		this.names = names;
		this.node = node;
		this.codec = codec;
		this.mode = mode;
	}

	/**
	 * Flush, after this node has forgotten its own groups. Blocks.
	 */
	void run() {
		List<String> others = RedisCalls
			.await(this.redis.<List<byte[]>>send((commands) -> commands.zrange(this.names.nodesKey(), 0, -1)))
			.stream()
			.map(Script::text)
			.filter((other) -> !other.equals(this.node))
			.toList();
		Waiting answers = new Waiting(ConcurrentHashMap.newKeySet(), new CountDownLatch(1));
		answers.nodes.addAll(others);
		this.waiting.add(answers);
		try {
			others.forEach((other) -> RedisCalls.await(tell(other, FLUSH)));
			if (!others.isEmpty() && !answers.done.await(1, TimeUnit.SECONDS)) {
				logger.info("These nodes have not said that they forgot their groups: " + answers.nodes);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.waiting.remove(answers);
		}
		for (String pattern : this.names.dataPatterns()) {
			delete(pattern);
		}
	}

	boolean isRequest(LayerEvent event) {
		return event.controls().get(FLUSH) instanceof String;
	}

	void answer(LayerEvent event) {
		if (event.controls().get(FLUSH) instanceof String asking) {
			tell(asking, FLUSHED);
		}
	}

	void answered(LayerEvent event) {
		if (event.controls().get(FLUSHED) instanceof String other) {
			this.waiting.forEach((answers) -> {
				answers.nodes.remove(other);
				if (answers.nodes.isEmpty()) {
					answers.done.countDown();
				}
			});
		}
	}

	private CompletionStage<Long> tell(String other, String control) {
		byte[] event = this.codec.write(this.codec.encode(Event.of("channels.flush")).with(control, this.node));
		String channel = this.names.nodeChannel(other);
		return this.redis.send((commands) -> this.mode.publish(commands, channel, event));
	}

	private void delete(String pattern) {
		ScanCursor cursor = ScanCursor.INITIAL;
		do {
			ScanCursor from = cursor;
			KeyScanCursor<String> page = RedisCalls.await(
					this.redis.send((commands) -> commands.scan(from, ScanArgs.Builder.matches(pattern).limit(PAGE))));
			if (!page.getKeys().isEmpty()) {
				RedisCalls.await(this.redis.send((commands) -> commands.unlink(page.getKeys().toArray(String[]::new))));
			}
			cursor = page;
		}
		while (!cursor.isFinished());
	}

	private record Waiting(Set<String> nodes, CountDownLatch done) {

	}

}
