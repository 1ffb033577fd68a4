package dev.channels.test.layer;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.SharedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection whose events wait until the test asks for them.
 */
final class TestConnection {

	private final ChannelName name;

	private final Patience patience;

	private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

	TestConnection(ChannelName name, Patience patience) {
		this.name = name;
		this.patience = patience;
	}

	ChannelName name() {
		return this.name;
	}

	void receive(Delivery delivery) {
		this.deliveries.add(delivery);
	}

	/**
	 * Return how many events wait.
	 */
	int waiting() {
		return this.deliveries.size();
	}

	Delivery nextDelivery() {
		return this.patience.next(this.deliveries, "event for " + this.name);
	}

	SharedEvent next() {
		SharedEvent event = nextDelivery().take();
		if (event == null) {
			throw new AssertionError("An event for " + this.name + " has expired");
		}
		return event;
	}

	/**
	 * Take events: the next ones have to be of these types.
	 */
	void expect(String... types) {
		for (String type : types) {
			assertThat(next().type()).as("next event for " + this.name).isEqualTo(type);
		}
	}

	/**
	 * Take events until there is one of this type.
	 */
	void skipTo(String type) {
		while (!next().type().equals(type)) {
			continue;
		}
	}

}
