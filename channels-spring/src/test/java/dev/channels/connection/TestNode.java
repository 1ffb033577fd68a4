package dev.channels.connection;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.InMemoryChannelLayer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node with an in-memory layer and threads of its own.
 */
final class TestNode implements AutoCloseable {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final DropCounter drops = new DropCounter();

	private final ConnectionExecutors executors = new ConnectionExecutors(false, 8, 8);

	private final ConnectionManager manager = new ConnectionManager(this.executors, this.mapper, this.drops);

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), this.drops, this.mapper);

	private final ChannelLayer layer = new InMemoryChannelLayer(LayerSettings.defaults(),
			new EventCodec(this.mapper, new JsonEventSerializer()), this.local, this.drops, this.executors.timer());

	private final SettingsBuilder settings = new SettingsBuilder();

	ConnectionRuntime create(ConnectionHandler.Factory handlers) {
		return create(Handshakes.anonymous(), handlers);
	}

	ConnectionRuntime create(Handshake handshake, ConnectionHandler.Factory handlers) {
		return this.manager.create(handshake, this.settings.build(), this.layer, handlers);
	}

	ConnectionRuntime create(ChannelLayer layer, ConnectionHandler.Factory handlers) {
		return create(layer, Handshakes.ofUser("ann"), handlers);
	}

	ConnectionRuntime create(ChannelLayer layer, Handshake handshake, ConnectionHandler.Factory handlers) {
		return this.manager.create(handshake, this.settings.build(), layer, handlers);
	}

	/**
	 * Create a connection that is connected and opened.
	 */
	ConnectionRuntime open(ConnectionHandler.Factory handlers, Transport transport) {
		ConnectionRuntime connection = create(handlers);
		connect(connection);
		connection.opened(transport);
		return connection;
	}

	/**
	 * Connect, and wait for the answer.
	 */
	static HandshakeResult connect(ConnectionRuntime connection) {
		return connection.connect().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
	}

	CompletionStage<Void> send(ConnectionRuntime connection, String eventType) {
		return this.layer.send(connection.channelName(), Events.of(eventType));
	}

	/**
	 * Ask for a close, as channels.connection(..).disconnect(..) does.
	 */
	CompletionStage<Void> disconnect(ConnectionRuntime connection, int code) {
		return this.layer.send(connection.channelName(),
				Events.of("channels.disconnect").with(LayerEvent.DISCONNECT, Map.of("code", code, "reason", "out")));
	}

	CompletionStage<Void> send(String group, String eventType) {
		return this.layer.groupSend(GroupName.of(group), Events.of(eventType));
	}

	/**
	 * Hand an event to a receiver, as a layer does.
	 */
	void deliver(Consumer<Delivery> receiver, String eventType) {
		ChannelName channel = this.layer.newChannel();
		this.local.subscribe(channel, receiver);
		assertThat(this.local.deliver(channel, Events.of(eventType))).isEqualTo(LocalDelivery.Outcome.TAKEN);
	}

	/**
	 * Whether the layer serves a channel, or has it in a group.
	 */
	boolean knows(ConnectionRuntime connection) {
		ChannelName channel = connection.channelName();
		if (this.local.groups().stream().anyMatch((group) -> this.local.isMember(group, channel))) {
			return true;
		}
		return this.local.deliver(channel, Events.of("probe")) != LocalDelivery.Outcome.NO_RECEIVER;
	}

	boolean isMember(String group, ConnectionRuntime connection) {
		return this.local.isMember(GroupName.of(group), connection.channelName());
	}

	ConnectionManager manager() {
		return this.manager;
	}

	DropCounter drops() {
		return this.drops;
	}

	SettingsBuilder settings() {
		return this.settings;
	}

	@Override
	public void close() {
		this.executors.close();
	}

}
