package dev.channels.benchmarks.micro;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionRuntime;
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
 * The same with the handlers of a consumer: all of a delivery but the socket.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConsumerBenchmark {

	private static final int CONNECTIONS = 100;

	private static final ClientMessage MESSAGE = ClientMessage
		.text("{\"message\":\"" + ChatMessage.EXAMPLE.message() + "\"}");

	private final Node node = new Node();

	private List<ConnectionRuntime> connections = List.of();

	/**
	 * Let clients connect.
	 * @throws Exception if one may not
	 */
	@Setup
	public void connect() throws Exception {
		this.connections = this.node.connect(CONNECTIONS, this.node.consumer());
	}

	/**
	 * End everything.
	 */
	@TearDown
	public void close() {
		this.node.close();
	}

	/**
	 * An event is handled, and the answer written: fan-out without sockets.
	 */
	@Benchmark
	@OperationsPerInvocation(CONNECTIONS)
	public void handleEvent() {
		long before = this.node.written().sum();
		this.node.layer().groupSend(Node.GROUP, this.node.codec().encode(ChatMessage.EXAMPLE));
		Node.await(this.node.written(), before + CONNECTIONS);
	}

	/**
	 * A client's message is read and handled, and the answer written.
	 */
	@Benchmark
	@OperationsPerInvocation(CONNECTIONS)
	public void handleMessage() {
		long before = this.node.written().sum();
		this.connections.forEach((connection) -> connection.received(MESSAGE));
		Node.await(this.node.written(), before + CONNECTIONS);
	}

}
