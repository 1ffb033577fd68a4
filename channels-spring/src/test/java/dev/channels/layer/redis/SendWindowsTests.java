package dev.channels.layer.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import dev.channels.ChannelLayerException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SendWindows}: events of several masters of a cluster.
 */
class SendWindowsTests {

	private final Map<String, String> masters = new HashMap<>(Map.of("room", "A", "hall", "A", "yard", "B"));

	private final SendWindows windows = new SendWindows(new Cluster(), Runnable::run);

	/** What was sent, in order, and its reply. */
	private final Map<String, CompletableFuture<Long>> sent = new HashMap<>();

	private final List<String> order = new ArrayList<>();

	private CompletionStage<Long> send(String name, String event) {
		return this.windows.send(name, 10, () -> {
			CompletableFuture<Long> reply = new CompletableFuture<>();
			this.order.add(event);
			this.sent.put(event, reply);
			return reply;
		});
	}

	private void reply(String event) {
		this.sent.get(event).complete(1L);
	}

	@Test
	void nobodyWaitsForAnotherMaster() {
		send("room", "1");
		send("yard", "2");
		assertThat(this.order).containsExactly("1", "2");
	}

	@Test
	void afterAMoveEventsWaitForThoseThatAreSentOn() {
		send("room", "1");
		send("hall", "2");
		this.masters.put("room", "B");
		CompletionStage<Long> third = send("room", "3");
		send("room", "4");
		assertThat(this.order).containsExactly("1", "2");
		reply("1");
		assertThat(this.order).containsExactly("1", "2");
		reply("2");
		assertThat(this.order).containsExactly("1", "2", "3", "4");
		reply("3");
		assertThat(third).isCompletedWithValue(1L);
	}

	@Test
	void thereAndBack() {
		send("room", "1");
		this.masters.put("room", "B");
		send("room", "2");
		this.masters.put("room", "A");
		send("room", "3");
		assertThat(this.order).containsExactly("1");
		reply("1");
		assertThat(this.order).containsExactly("1", "2");
		reply("2");
		assertThat(this.order).containsExactly("1", "2", "3");
	}

	@Test
	void slotsThatSwapTheirMasters() {
		send("room", "1");
		send("yard", "2");
		this.masters.putAll(Map.of("room", "B", "yard", "A"));
		send("room", "3");
		send("yard", "4");
		reply("2");
		assertThat(this.order).containsExactly("1", "2");
		reply("1");
		assertThat(this.order).containsExactly("1", "2", "3");
		reply("3");
		assertThat(this.order).containsExactly("1", "2", "3", "4");
	}

	@Test
	void nobodyWaitsForAMasterThatIsSilent() {
		send("room", "1");
		this.sent.get("1")
			.completeExceptionally(
					new ChannelLayerException("no answer", new RedisCommandTimeoutException("after 1 s")));
		this.masters.put("room", "B");
		send("room", "2");
		assertThat(this.order).containsExactly("1", "2");
	}

	private final class Cluster implements CommandSender {

		@Override
		public boolean isOpen() {
			return true;
		}

		@Override
		public @Nullable String masterOf(String channel) {
			return SendWindowsTests.this.masters.get(channel);
		}

		@Override
		public <T> CompletionStage<T> send(
				Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
			throw new UnsupportedOperationException();
		}

	}

}
