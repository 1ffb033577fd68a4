package dev.channels.test.layer;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.GroupAddress;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.InMemoryChannelLayer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.LocalDelivery.Outcome;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.WorkerSubscription;
import tools.jackson.databind.json.JsonMapper;

/**
 * Nodes within one process: the simplest thing that keeps the contract of layers that
 * nodes share, to have that contract tested without a server.
 */
final class MemoryCluster {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	private final EventCodec codec = new EventCodec(mapper, new JsonEventSerializer());

	private final Map<String, Member> members = new ConcurrentHashMap<>();

	private final ScheduledExecutorService timer;

	private InMemoryChannelLayer workers;

	MemoryCluster(ScheduledExecutorService timer) {
		this.timer = timer;
	}

	ChannelLayer join(LayerSettings settings, DropCounter drops) {
		LocalDelivery local = new LocalDelivery(settings, drops, mapper);
		if (this.workers == null) {
			this.workers = new InMemoryChannelLayer(settings, this.codec, local, drops, this.timer);
		}
		Member member = new Member(UUID.randomUUID().toString().replace("-", ""), local, drops);
		this.members.put(member.id, member);
		return member;
	}

	private Stream<ChannelName> namesIn(GroupName group) {
		return this.members.values().stream().flatMap((member) -> member.local.members(group).stream());
	}

	private static CompletionStage<Void> done() {
		return CompletableFuture.completedStage(null);
	}

	private final class Member implements ChannelLayer {

		private final String id;

		private final LocalDelivery local;

		private final DropCounter drops;

		private final AtomicLong last = new AtomicLong();

		Member(String id, LocalDelivery local, DropCounter drops) {
			this.id = id;
			this.local = local;
			this.drops = drops;
		}

		@Override
		public CompletionStage<Void> send(ChannelName channel, LayerEvent event) {
			if (!channel.isConnection()) {
				return MemoryCluster.this.workers.send(channel, event);
			}
			Member target = MemoryCluster.this.members.getOrDefault(channel.node(), this);
			Outcome outcome = target.local.deliver(channel, transport(event));
			if (outcome == Outcome.FULL && target == this) {
				return CompletableFuture
					.failedStage(new ChannelFullException(channel.value(), this.local.capacityOf(channel)));
			}
			if (outcome != Outcome.TAKEN) {
				DropReason reason = (outcome == Outcome.FULL) ? DropReason.CAPACITY : DropReason.NO_RECEIVER;
				target.drops.dropped(reason, event);
			}
			return done();
		}

		@Override
		public CompletionStage<Void> groupSend(GroupName group, LayerEvent event) {
			MemoryCluster.this.members.values().forEach((member) -> member.local.deliver(group, transport(event)));
			return done();
		}

		private LayerEvent transport(LayerEvent event) {
			return MemoryCluster.this.codec.read(MemoryCluster.this.codec.write(event));
		}

		@Override
		public CompletionStage<Void> groupAdd(GroupName group, ChannelName channel) {
			this.local.join(group, channel);
			return done();
		}

		@Override
		public CompletionStage<Void> groupDiscard(GroupName group, ChannelName channel) {
			this.local.leave(group, channel);
			return done();
		}

		@Override
		public CompletionStage<Long> groupSize(GroupName group) {
			return CompletableFuture.completedStage(namesIn(group).count());
		}

		@Override
		public CompletionStage<GroupAddress.Page> groupMembers(GroupName group, String cursor, int limit) {
			List<String> page = namesIn(group).map(ChannelName::value)
				.filter((name) -> cursor == null || name.compareTo(cursor) > 0)
				.sorted(Comparator.naturalOrder())
				.limit(limit)
				.toList();
			return CompletableFuture
				.completedStage(new GroupAddress.Page(page, (page.size() == limit) ? page.get(limit - 1) : null));
		}

		@Override
		public ChannelName newChannel() {
			return ChannelName.ofConnection(this.id, Long.toString(this.last.incrementAndGet()));
		}

		@Override
		public CompletionStage<Void> subscribe(ChannelName channel, Consumer<Delivery> receiver) {
			this.local.subscribe(channel, receiver);
			return done();
		}

		@Override
		public void unsubscribe(ChannelName channel) {
			this.local.unsubscribe(channel);
		}

		@Override
		public WorkerSubscription work(ChannelName channel, RetryPolicy retry,
				Function<SharedEvent, CompletionStage<?>> worker) {
			return MemoryCluster.this.workers.work(channel, retry, worker);
		}

		@Override
		public CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit) {
			return MemoryCluster.this.workers.deadLetters(channel, limit);
		}

		@Override
		public CompletionStage<Long> redeliver(ChannelName channel, String id) {
			return MemoryCluster.this.workers.redeliver(channel, id);
		}

		@Override
		public CompletionStage<Long> discard(ChannelName channel, String id) {
			return MemoryCluster.this.workers.discard(channel, id);
		}

		@Override
		public CompletionStage<Void> flush() {
			MemoryCluster.this.members.values().forEach((member) -> member.local.clearGroups());
			return MemoryCluster.this.workers.flush();
		}

		@Override
		public void close() {
			MemoryCluster.this.members.remove(this.id);
		}

	}

}
