package dev.channels.layer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.channels.Event;
import tools.jackson.databind.json.JsonMapper;

/**
 * An in-memory layer on a clock of its own.
 */
public final class TestLayer {

	final FakeClock clock = new FakeClock();

	final ManualTimer timer = new ManualTimer();

	public final DropCounter drops = new DropCounter();

	public final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	public final InMemoryChannelLayer layer;

	private final LocalDelivery local;

	public TestLayer() {
		this(1000);
	}

	TestLayer(int capacity) {
		this(capacity, Duration.ZERO);
	}

	TestLayer(int capacity, Duration workerExpiry) {
		this(capacity, workerExpiry, null);
	}

	TestLayer(int capacity, Duration workerExpiry, ScheduledExecutorService timer) {
		LayerSettings settings = new LayerSettings(capacity, List.of(), Duration.ofSeconds(60), workerExpiry,
				Duration.ofHours(1));
		this.local = new LocalDelivery(settings, this.drops, JsonMapper.builder().build(), this.clock);
		this.layer = new InMemoryChannelLayer(settings, this.codec, this.local, this.drops,
				(timer != null) ? timer : this.timer, this.clock);
	}

	/**
	 * Return an event as members get it.
	 */
	public SharedEvent share(Object event) {
		return this.local.share(this.codec.encode(event));
	}

	CompletionStage<Void> send(ChannelName channel, int number) {
		return this.layer.send(channel, this.codec.encode(Event.of("work", Map.of("n", number))));
	}

	static int number(SharedEvent event) {
		return (Integer) ((Map<?, ?>) event.payload(Map.class)).get("n");
	}

	public static <T> T join(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new CompletionException(ex.getCause());
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
