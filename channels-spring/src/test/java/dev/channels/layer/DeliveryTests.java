package dev.channels.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.channels.Event;
import dev.channels.layer.LocalDelivery.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Delivery}.
 */
class DeliveryTests {

	private static final ChannelName CHANNEL = ChannelName.of("node!1");

	private final DropCounter drops = new DropCounter();

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), this.drops,
			JsonMapper.builder().build());

	private final List<Delivery> deliveries = new ArrayList<>();

	@BeforeEach
	void serve() {
		this.local.subscribe(CHANNEL, this.deliveries::add);
	}

	@Test
	void isTakenOnce() {
		Delivery delivery = deliver();
		assertThat(delivery.take()).isNotNull();
		assertThat(delivery.take()).isNull();
		assertThat(this.drops.total(DropReason.EXPIRED)).isZero();
	}

	@Test
	void isCountedWhenDiscarded() {
		Delivery delivery = deliver();
		delivery.discard();
		delivery.discard();
		assertThat(delivery.take()).isNull();
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(1);
	}

	@Test
	void isNotDiscardedAfterItWasTaken() {
		Delivery delivery = deliver();
		delivery.take();
		delivery.discard();
		assertThat(this.drops.total(DropReason.CLOSED)).isZero();
	}

	@Test
	void givesItsRoomBackOnceHoweverManyThreadsTakeAndDiscardIt() throws Exception {
		int threads = 8;
		int rounds = 300;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			int taken = 0;
			for (int round = 0; round < rounds; round++) {
				Delivery delivery = deliver();
				CountDownLatch start = new CountDownLatch(1);
				List<Future<Boolean>> results = new ArrayList<>();
				for (int i = 0; i < threads; i++) {
					boolean takes = i % 2 == 0;
					results.add(executor.submit(() -> {
						start.await(10, TimeUnit.SECONDS);
						if (takes) {
							return delivery.take() != null;
						}
						delivery.discard();
						return false;
					}));
				}
				start.countDown();
				int takenNow = 0;
				for (Future<Boolean> result : results) {
					takenNow += result.get(10, TimeUnit.SECONDS) ? 1 : 0;
				}
				assertThat(takenNow).isLessThanOrEqualTo(1);
				taken += takenNow;
			}
			assertThat(taken + this.drops.total(DropReason.CLOSED)).isEqualTo(rounds);
			assertHoldsExactly(1000);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private void assertHoldsExactly(int capacity) {
		for (int i = 0; i < capacity; i++) {
			deliver();
		}
		assertThat(this.local.deliver(CHANNEL, event())).isEqualTo(Outcome.FULL);
	}

	private Delivery deliver() {
		assertThat(this.local.deliver(CHANNEL, event())).isEqualTo(Outcome.TAKEN);
		return this.deliveries.get(this.deliveries.size() - 1);
	}

	private static LayerEvent event() {
		return new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer()).encode(Event.of("a"));
	}

}
