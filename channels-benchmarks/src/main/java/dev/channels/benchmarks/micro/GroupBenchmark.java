package dev.channels.benchmarks.micro;

import java.util.concurrent.TimeUnit;

import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A send to a group of 1,000 channels that take it on the same thread: what the layer
 * itself costs, for each member.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GroupBenchmark {

	private static final int MEMBERS = 1_000;

	private final Node node = new Node();

	/**
	 * Let channels join.
	 */
	@Setup
	public void join() {
		for (int i = 0; i < MEMBERS; i++) {
			ChannelName channel = this.node.layer().newChannel();
			this.node.layer().subscribe(channel, Delivery::take);
			this.node.layer().groupAdd(Node.GROUP, channel);
		}
	}

	/**
	 * End everything.
	 */
	@TearDown
	public void close() {
		this.node.close();
	}

	/**
	 * Send to the group.
	 * @return the end of it
	 */
	@Benchmark
	@OperationsPerInvocation(MEMBERS)
	public Object groupSend() {
		return this.node.layer().groupSend(Node.GROUP, this.node.codec().encode(ChatMessage.EXAMPLE));
	}

}
