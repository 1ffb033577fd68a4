package dev.channels.benchmarks.micro;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import dev.channels.ConnectionSettings;
import dev.channels.connection.ConnectionExecutors;
import dev.channels.connection.ConnectionHandler;
import dev.channels.connection.ConnectionManager;
import dev.channels.connection.ConnectionRuntime;
import dev.channels.connection.Handshake;
import dev.channels.connection.HandshakeResult;
import dev.channels.consumer.ConsumerScopes;
import dev.channels.consumer.Consumers;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.InMemoryChannelLayer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;

/**
 * The library without a server: connections in memory, in one group.
 */
final class Node implements AutoCloseable {

	static final GroupName GROUP = GroupName.of("chat_lobby");

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final DropCounter drops = new DropCounter();

	private final ConnectionExecutors executors = new ConnectionExecutors(null, 512, 512);

	private final EventCodec codec = new EventCodec(this.mapper, new JsonEventSerializer());

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), this.drops, this.mapper);

	private final ChannelLayer layer = new InMemoryChannelLayer(LayerSettings.defaults(), this.codec, this.local,
			this.drops, this.executors.timer());

	private final ConnectionManager manager = new ConnectionManager(this.executors, this.mapper, this.drops);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final LongAdder written = new LongAdder();

	EventCodec codec() {
		return this.codec;
	}

	LocalDelivery local() {
		return this.local;
	}

	ChannelLayer layer() {
		return this.layer;
	}

	/**
	 * Return how many frames clients have got.
	 */
	LongAdder written() {
		return this.written;
	}

	/**
	 * Return what calls {@link ChatConsumer}.
	 */
	ConnectionHandler.Factory consumer() {
		this.context.addBeanFactoryPostProcessor(new ConsumerScopes());
		this.context.register(ChatConsumer.class);
		this.context.refresh();
		ChannelLayers layers = new ChannelLayers(Map.of(ChannelLayers.DEFAULT, this.layer), this.codec, this.drops);
		PathRoute route = new PathRoute("channels.routes[0]", "/ws", "chat", List.of(), List.of(),
				ConnectionSettings.defaults());
		return new Consumers(this.context, layers, this.mapper, this.executors.handlers(), this.drops, null, List.of())
			.serve(route, new RouteTable(List.of(route), List.of()))
			.handlers();
	}

	/**
	 * Connect clients, which join the group.
	 */
	List<ConnectionRuntime> connect(int count, ConnectionHandler.Factory handlers) throws Exception {
		List<ConnectionRuntime> result = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			ConnectionRuntime connection = this.manager.create(handshake(), ConnectionSettings.defaults(), this.layer,
					handlers);
			HandshakeResult answer = connection.connect()
				.toCompletableFuture()
				.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
			if (!answer.accepted()) {
				throw new IllegalStateException("Refused with " + answer.status());
			}
			connection.opened(new CountingTransport(this.written));
			result.add(connection);
		}
		return result;
	}

	private static Handshake handshake() {
		return new Handshake(URI.create("ws://localhost/ws"), HttpHeaders.EMPTY, Map.of(), new LinkedMultiValueMap<>(),
				Map.of(), List.of(), null, null, null, Map.of());
	}

	/**
	 * Wait until a counter has arrived.
	 */
	static void await(LongAdder counter, long expected) {
		long deadline = System.nanoTime() + LIMIT.toNanos();
		while (counter.sum() < expected) {
			Thread.yield();
			if (System.nanoTime() - deadline > 0) {
				throw new IllegalStateException(counter.sum() + " instead of " + expected);
			}
		}
	}

	@Override
	public void close() {
		this.manager.stop(LIMIT);
		this.executors.close();
		this.context.close();
	}

}
