package dev.channels.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelAddress;
import dev.channels.ChannelFullException;
import dev.channels.ChannelLayerException;
import dev.channels.Channels;
import dev.channels.CloseStatus;
import dev.channels.ConnectionsAddress;
import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.GroupAddress;
import dev.channels.GroupsAddress;
import dev.channels.InvalidNameException;
import org.jspecify.annotations.Nullable;

/**
 * The facade over one layer.
 */
final class DefaultChannels implements Channels {

	private final ChannelLayers layers;

	private final ChannelLayer layer;

	private final EventCodec codec;

	private final DropCounter drops;

	DefaultChannels(ChannelLayers layers, ChannelLayer layer, EventCodec codec, DropCounter drops) {
		this.layers = layers;
		this.layer = layer;
		this.codec = codec;
		this.drops = drops;
	}

	@Override
	public GroupAddress group(String name) {
		return new Group(GroupName.of(name), List.of());
	}

	@Override
	public GroupsAddress groups(Collection<String> names) {
		return new Groups(names.stream().map(GroupName::of).distinct().toList(), List.of());
	}

	@Override
	public ChannelAddress channel(String name) {
		ChannelName channel = ChannelName.of(name);
		if (this.layer.isConnection(channel)) {
			throw new InvalidNameException(
					"Channel '" + name + "' is a connection's, not a worker channel: use connection(name)");
		}
		return new Worker(channel);
	}

	@Override
	public ConnectionsAddress connection(String channelName) {
		ChannelName channel = ChannelName.of(channelName);
		if (!this.layer.isConnection(channel)) {
			throw new InvalidNameException(
					"Channel '" + channelName + "' is a worker channel, not a connection's: use channel(name)");
		}
		return new Connections() {
			@Override
			CompletionStage<Void> dispatch(LayerEvent event) {
				return observe(DefaultChannels.this.layer.send(channel, event), event, channel);
			}
		};
	}

	@Override
	public ConnectionsAddress user(String name) {
		GroupName user = GroupName.ofUser(name);
		return new Connections() {
			@Override
			CompletionStage<Void> dispatch(LayerEvent event) {
				return observe(DefaultChannels.this.layer.groupSend(user, event), event, "a user");
			}
		};
	}

	@Override
	public Channels layer(String alias) {
		return this.layers.channels(alias);
	}

	private LayerEvent encode(Object source, List<String> except) {
		LayerEvent event = this.codec.encode(source);
		return except.isEmpty() ? event : event.with(LayerEvent.EXCEPT, except);
	}

	private static List<String> union(List<String> except, Collection<String> channelNames) {
		List<String> all = new ArrayList<>(except);
		channelNames.forEach((channelName) -> all.add(ChannelName.of(channelName).value()));
		return List.copyOf(all);
	}

	/**
	 * Count a failure, and only then tell the sender: as it is, without the wrapping of a
	 * dependent stage.
	 */
	private CompletionStage<Void> observe(CompletionStage<Void> stage, LayerEvent event, Object target) {
		CompletableFuture<Void> sent = stage.toCompletableFuture();
		if (sent.isDone() && !sent.isCompletedExceptionally()) {
			return stage;
		}
		CompletableFuture<Void> observed = new CompletableFuture<>();
		stage.whenComplete((result, failure) -> {
			Throwable root = (failure != null) ? Failures.unwrap(failure) : null;
			if (root instanceof ChannelLayerException) {
				DropReason reason = (root instanceof ChannelFullException) ? DropReason.CAPACITY
						: DropReason.SEND_FAILED;
				this.drops.dropped(reason, () -> event + " for " + target + ": " + root.getMessage());
			}
			if (root != null) {
				observed.completeExceptionally(root);
			}
			else {
				observed.complete(null);
			}
		});
		return observed;
	}

	private final class Group implements GroupAddress {

		private final GroupName name;

		private final List<String> except;

		Group(GroupName name, List<String> except) {
			this.name = name;
			this.except = except;
		}

		@Override
		public CompletionStage<Void> send(Object source) {
			LayerEvent event = encode(source, this.except);
			return observe(DefaultChannels.this.layer.groupSend(this.name, event), event, this.name);
		}

		@Override
		public GroupAddress except(Collection<String> channelNames) {
			return new Group(this.name, union(this.except, channelNames));
		}

		@Override
		public CompletionStage<Long> size() {
			return DefaultChannels.this.layer.groupSize(this.name);
		}

		@Override
		public CompletionStage<Page> members(@Nullable String cursor, int limit) {
			return DefaultChannels.this.layer.groupMembers(this.name, cursor, limit);
		}

	}

	/**
	 * Several groups. Each of them gets an event of its own, and each node sees to it
	 * that its members get but one of these.
	 */
	private final class Groups implements GroupsAddress {

		private final List<GroupName> names;

		private final List<String> except;

		Groups(List<GroupName> names, List<String> except) {
			OncePerMember.requireLegal(names);
			this.names = names;
			this.except = except;
		}

		@Override
		public CompletionStage<Void> send(Object source) {
			LayerEvent event = OncePerMember.mark(encode(source, this.except), this.names);
			CompletableFuture<?>[] sent = this.names.stream()
				.map((name) -> DefaultChannels.this.layer.groupSend(name, event).toCompletableFuture())
				.toArray(CompletableFuture<?>[]::new);
			return observe(CompletableFuture.allOf(sent), event, this.names);
		}

		@Override
		public GroupsAddress except(Collection<String> channelNames) {
			return new Groups(this.names, union(this.except, channelNames));
		}

	}

	private abstract class Connections implements ConnectionsAddress {

		abstract CompletionStage<Void> dispatch(LayerEvent event);

		@Override
		public CompletionStage<Void> send(Object event) {
			return dispatch(DefaultChannels.this.codec.encode(event));
		}

		@Override
		public CompletionStage<Void> disconnect(int code, String reason) {
			CloseStatus status = new CloseStatus(code, reason).sendable();
			LayerEvent request = DefaultChannels.this.codec.encode(Event.of("channels.disconnect"))
				.with(LayerEvent.DISCONNECT, Map.of("code", status.code(), "reason", status.reason()));
			return dispatch(request);
		}

	}

	private final class Worker implements ChannelAddress {

		private final ChannelName name;

		Worker(ChannelName name) {
			this.name = name;
		}

		@Override
		public CompletionStage<Void> send(Object source) {
			LayerEvent event = DefaultChannels.this.codec.encode(source);
			return observe(DefaultChannels.this.layer.send(this.name, event), event, this);
		}

		@Override
		public CompletionStage<List<DeadLetter>> deadLetters(int limit) {
			return DefaultChannels.this.layer.deadLetters(this.name, limit);
		}

		@Override
		public CompletionStage<Boolean> redeliver(String id) {
			return any(DefaultChannels.this.layer.redeliver(this.name, id));
		}

		@Override
		public CompletionStage<Long> redeliverAll() {
			return DefaultChannels.this.layer.redeliver(this.name, null);
		}

		@Override
		public CompletionStage<Boolean> discard(String id) {
			return any(DefaultChannels.this.layer.discard(this.name, id));
		}

		@Override
		public CompletionStage<Long> discardAll() {
			return DefaultChannels.this.layer.discard(this.name, null);
		}

		@Override
		public String toString() {
			return "worker channel '" + this.name + "'";
		}

		/**
		 * A failure is told as it is, without the wrapping of a dependent stage.
		 */
		private static CompletionStage<Boolean> any(CompletionStage<Long> number) {
			CompletableFuture<Boolean> result = new CompletableFuture<>();
			number.whenComplete((value, failure) -> {
				if (failure != null) {
					result.completeExceptionally(Failures.unwrap(failure));
				}
				else {
					result.complete(value > 0);
				}
			});
			return result;
		}

	}

}
