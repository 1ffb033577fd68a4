package dev.channels.test.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import dev.channels.ChannelLayerException;
import dev.channels.Event;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that sends numbered events to all groups, round after round, at a rate.
 */
final class Load implements AutoCloseable {

	private static final EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

	private final String sender;

	private final ChannelLayer layer;

	private final List<GroupName> groups;

	private final Thread thread;

	private final AtomicInteger number = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	private final AtomicLong slowestNanos = new AtomicLong();

	private final AtomicReference<@Nullable Throwable> unexpected = new AtomicReference<>();

	private volatile boolean done;

	/**
	 * @param rounds how many, zero for as many as come before the end
	 * @param perSecond how many, zero for as fast as can be
	 */
	Load(String sender, ChannelLayer layer, List<GroupName> groups, int rounds, int perSecond) {
		this.sender = sender;
		this.layer = layer;
		this.groups = groups;
		this.thread = new Thread(() -> run(rounds, perSecond), sender);
		this.thread.start();
	}

	private void run(int rounds, int perSecond) {
		long pause = (perSecond > 0) ? TimeUnit.SECONDS.toNanos(1) / perSecond : 0;
		long next = System.nanoTime();
		for (int i = 1; !this.done && (rounds == 0 || i <= rounds); i++) {
			for (GroupName group : this.groups) {
				send(group, i);
			}
			this.number.set(i);
			next += pause;
			while (pause > 0 && !this.done && System.nanoTime() - next < 0) {
				LockSupport.parkNanos(next - System.nanoTime());
			}
		}
	}

	private void send(GroupName group, int number) {
		long begin = System.nanoTime();
		CompletionStage<Void> sent = this.layer.groupSend(group,
				codec.encode(Event.of("number", Map.of("sender", this.sender, "number", number))));
		this.slowestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
		sent.whenComplete((result, failure) -> {
			if (failure instanceof ChannelLayerException) {
				this.failed.incrementAndGet();
			}
			else if (failure != null) {
				this.unexpected.set(failure);
			}
		});
	}

	String sender() {
		return this.sender;
	}

	int number() {
		return this.number.get();
	}

	int failed() {
		return this.failed.get();
	}

	/**
	 * Return the longest time for which a call of the layer kept its caller.
	 */
	long slowestMillis() {
		return TimeUnit.NANOSECONDS.toMillis(this.slowestNanos.get());
	}

	@Nullable Throwable unexpected() {
		return this.unexpected.get();
	}

	void join() throws InterruptedException {
		this.thread.join(TimeUnit.SECONDS.toMillis(120));
	}

	@Override
	public void close() throws InterruptedException {
		this.done = true;
		join();
	}

}
