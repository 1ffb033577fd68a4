package dev.channels.benchmarks.driver;

import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.benchmarks.load.DriverOrder;
import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Pace;
import dev.channels.benchmarks.load.ProcessMemory;
import dev.channels.benchmarks.load.Scenario;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays the clients of one scenario against one server, and tells what it saw.
 */
public final class Driver {

	private static final Duration CONNECT_LIMIT = Duration.ofMinutes(2);

	private static final Duration MEMBERS_LIMIT = Duration.ofSeconds(30);

	/** Time for what should not come, and for a server that has things to put away. */
	private static final Duration SETTLE = Duration.ofMillis(300);

	/** A server that has just let in thousands has timers and buffers of that time. */
	private static final Duration IDLE_SETTLE = Duration.ofSeconds(3);

	private final DriverOrder order;

	private final Scenario scenario;

	private final EventLoop loop;

	private final Connector connector;

	private Driver(DriverOrder order, EventLoop loop) {
		this.order = order;
		this.scenario = order.scenario();
		this.loop = loop;
		this.connector = new Connector(loop, ChatProtocol.of(order.protocol()), order.ports());
	}

	/**
	 * Run the driver.
	 * @param args a {@link DriverOrder} as JSON
	 */
	public static void main(String[] args) {
		InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
		JsonMapper mapper = JsonMapper.builder().build();
		DriverOrder order = mapper.readValue(args[0], DriverOrder.class);
		int status = 1;
		try {
			Measurement measurement = new Driver(order, eventLoop(order.scenario())).run();
			System.out.println(DriverOrder.ANSWER + mapper.writeValueAsString(measurement));
			status = 0;
		}
		catch (Exception ex) {
			ex.printStackTrace();
		}
		System.exit(status);
	}

	/**
	 * A loop that sleeps is woken some time after a message was due. One that sends at a
	 * rate never sleeps.
	 */
	private static EventLoop eventLoop(Scenario scenario) {
		SelectStrategy sleepless = (selectNow, hasTasks) -> selectNow.get();
		SelectStrategyFactory strategy = (scenario.pace() == Pace.RATE) ? () -> sleepless
				: DefaultSelectStrategyFactory.INSTANCE;
		return new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory(SelectorProvider.provider(), strategy))
			.next();
	}

	private Measurement run() throws Exception {
		return switch (this.scenario.kind()) {
			case TRAFFIC -> traffic();
			case IDLE -> idle();
			case CHURN -> churn();
		};
	}

	private Measurement traffic() throws Exception {
		Traffic traffic = new Traffic(this.scenario, this.connector, this.loop);
		await(traffic.connect(), CONNECT_LIMIT);
		await(traffic.awaitMembers(), MEMBERS_LIMIT);
		Pace pace = this.scenario.pace();
		if (this.scenario.warmup() > 0) {
			// a rate would take as long as it takes
			Pace warmup = (pace == Pace.RATE) ? Pace.WINDOW : pace;
			int amount = (pace == Pace.RATE) ? Math.min(this.scenario.amount(), 4) : this.scenario.amount();
			traffic.run(warmup, amount, this.scenario.warmup()).get();
			pause(SETTLE);
		}
		Meter meter = Meter.start(this.order.pids());
		Phase phase = traffic.run(pace, this.scenario.amount(), this.scenario.messages()).get();
		Measurement measurement = meter.stop(phase.deliveries(), phase.latencies(), traffic.faults().faults());
		pause(SETTLE);
		traffic.leave();
		return withFaults(measurement, traffic.faults());
	}

	/**
	 * What comes after the last expected delivery is a fault, too.
	 */
	private Measurement withFaults(Measurement measurement, FaultCounter faults) throws Exception {
		return onLoop(() -> new Measurement(measurement.units(), measurement.userMicros(), measurement.systemMicros(),
				measurement.wallMicros(), measurement.driverMicros(), measurement.latency(), measurement.heapBytes(),
				measurement.residentBytes(), faults.faults()));
	}

	private Measurement idle() throws Exception {
		churn(this.scenario.warmup(), new FaultCounter()).run().get();
		pause(SETTLE);
		ProcessMemory before = Meter.memoryOf(this.order.pids());
		Meter meter = Meter.start(this.order.pids());
		Traffic traffic = new Traffic(this.scenario, this.connector, this.loop);
		await(traffic.connect(), CONNECT_LIMIT);
		Measurement connects = meter.stop(this.scenario.clients(), new Histogram(3), traffic.faults().faults());
		pause(IDLE_SETTLE);
		ProcessMemory after = Meter.memoryOf(this.order.pids());
		Measurement measurement = withFaults(connects, traffic.faults());
		traffic.leave();
		return new Measurement(measurement.units(), measurement.userMicros(), measurement.systemMicros(),
				measurement.wallMicros(), measurement.driverMicros(), measurement.latency(),
				after.heapBytes() - before.heapBytes(), after.residentBytes() - before.residentBytes(),
				measurement.faults());
	}

	private Measurement churn() throws Exception {
		FaultCounter faults = new FaultCounter();
		if (this.scenario.warmup() > 0) {
			churn(this.scenario.warmup(), faults).run().get();
			pause(SETTLE);
		}
		Churn churn = churn(this.scenario.messages(), faults);
		Meter meter = Meter.start(this.order.pids());
		churn.run().get();
		// what a server does after the close belongs to it
		pause(SETTLE);
		return onLoop(() -> meter.stop(churn.ended(), churn.handshakes(), faults.faults()));
	}

	private Churn churn(int clients, FaultCounter faults) {
		return new Churn(this.scenario, clients, this.connector, this.loop, faults);
	}

	private <T> T onLoop(Callable<T> task) throws Exception {
		return this.loop.submit(task).get();
	}

	private static void await(CompletableFuture<?> future, Duration limit) throws Exception {
		future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static void pause(Duration duration) throws InterruptedException {
		Thread.sleep(duration.toMillis());
	}

}
