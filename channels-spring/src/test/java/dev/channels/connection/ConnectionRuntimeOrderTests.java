package dev.channels.connection;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.channels.CloseStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ConnectionRuntime}: calls of the container in every order.
 */
class ConnectionRuntimeOrderTests {

	private final TestNode node = new TestNode();

	private final RecordingLayer layer = new RecordingLayer();

	private final FakeTransport transport = new FakeTransport();

	private final RecordingHandler handler = new RecordingHandler();

	private final ConnectionRuntime connection = this.node.create(this.layer, this.handler);

	private final AtomicInteger endActions = new AtomicInteger();

	@AfterEach
	void release() {
		this.node.close();
	}

	static Stream<List<Step>> orders() {
		List<List<Step>> orders = new ArrayList<>();
		addOrders(List.of(), EnumSet.allOf(Step.class), orders);
		return orders.stream();
	}

	private static void addOrders(List<Step> begin, Set<Step> rest, List<List<Step>> orders) {
		if (rest.isEmpty()) {
			orders.add(begin);
		}
		for (Step next : rest) {
			List<Step> longer = new ArrayList<>(begin);
			longer.add(next);
			EnumSet<Step> others = EnumSet.copyOf(rest);
			others.remove(next);
			addOrders(longer, others, orders);
		}
	}

	@ParameterizedTest
	@MethodSource("orders")
	void leavesNothingBehind(List<Step> order) {
		this.handler.onConnect(() -> {
			this.handler.connection().join("group");
			this.handler.connection().whenEnded(this.endActions::incrementAndGet);
			return null;
		});
		assertThat(TestNode.connect(this.connection).accepted()).isTrue();
		order.forEach((step) -> step.action.accept(this));
		order.forEach((step) -> step.action.accept(this));
		this.handler.awaitDestroyed();
		List<String> calls = new ArrayList<>(this.handler.calls());
		calls.remove("receive hello");
		assertThat(calls).hasSize(3);
		assertThat(calls.get(0)).isEqualTo("connect");
		assertThat(calls.get(1)).startsWith("disconnect ");
		assertThat(calls.get(2)).isEqualTo("destroy");
		assertThat(this.endActions).hasValue(1);
		assertThat(this.transport.aborts()).isPositive();
		assertThat(this.connection.isOpen()).isFalse();
		assertThat(this.layer.calls()).containsExactly("subscribe", "add to user 'ann'", "add to group 'group'",
				"discard from user 'ann'", "discard from group 'group'", "unsubscribe");
		Eventually.until(() -> this.node.manager().count() == 0);
	}

	@ParameterizedTest
	@EnumSource(names = { "CLOSED", "UPGRADE_FAILED", "CUT" })
	void anEndBeforeConnectReachesNoUserCode(Step step) {
		step.action.accept(this);
		assertThat(TestNode.connect(this.connection).status()).isEqualTo(503);
		this.connection.opened(this.transport);
		assertThat(this.transport.aborts()).isEqualTo(1);
		assertThat(this.handler.calls()).isEmpty();
		Eventually.until(() -> this.node.manager().count() == 0);
	}

	@ParameterizedTest
	@EnumSource(names = { "OPENED", "RECEIVED" })
	void survivesEachCallBeforeConnect(Step step) {
		step.action.accept(this);
		assertThat(TestNode.connect(this.connection).accepted()).isTrue();
		FakeTransport later = new FakeTransport();
		this.connection.opened(later);
		assertThat(this.connection.isOpen()).isTrue();
		this.handler.connection().send("hello");
		Eventually.until(() -> later.written().contains("hello"));
		this.connection.cut();
		assertThat(later.aborts()).isPositive();
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1006", "destroy");
	}

	@Test
	void aSecondTransportIsCutAndTheFirstStays() {
		TestNode.connect(this.connection);
		this.connection.opened(this.transport);
		FakeTransport second = new FakeTransport();
		this.connection.opened(second);
		assertThat(second.aborts()).isEqualTo(1);
		assertThat(this.transport.aborts()).isZero();
		this.connection.cut();
		assertThat(this.transport.aborts()).isEqualTo(1);
		assertThat(second.aborts()).isEqualTo(1);
	}

	@Test
	void anUpgradeThatFailsAfterTheOpeningIsIgnored() {
		TestNode.connect(this.connection);
		this.connection.opened(this.transport);
		this.connection.upgradeFailed();
		assertThat(this.connection.isOpen()).isTrue();
		assertThat(this.transport.aborts()).isZero();
	}

	@Test
	void anUpgradeThatFailsEndsTheConnection() {
		TestNode.connect(this.connection);
		this.connection.upgradeFailed();
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1006", "destroy");
		this.connection.opened(this.transport);
		assertThat(this.transport.aborts()).isEqualTo(1);
	}

	@Test
	void messagesComeBeforeTheDisconnect() {
		TestNode.connect(this.connection);
		this.connection.opened(this.transport);
		this.connection.received(ClientMessage.text("1"));
		this.connection.received(ClientMessage.text("2"));
		this.connection.closed(new CloseStatus(4001));
		this.connection.received(ClientMessage.text("3"));
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "receive 1", "receive 2", "disconnect 4001",
				"destroy");
	}

	/**
	 * What a container may call.
	 */
	enum Step {

		OPENED((test) -> test.connection.opened(test.transport)),

		RECEIVED((test) -> test.connection.received(ClientMessage.text("hello"))),

		CLOSED((test) -> test.connection.closed(CloseStatus.NORMAL)),

		UPGRADE_FAILED((test) -> test.connection.upgradeFailed()),

		CUT((test) -> test.connection.cut());

		private final Consumer<ConnectionRuntimeOrderTests> action;

		Step(Consumer<ConnectionRuntimeOrderTests> action) {
			this.action = action;
		}

	}

}
