package dev.channels.benchmarks.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

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
 * What each of 100 connections costs that do something at the same time, threads
 * included, without any code of an application.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConnectionBenchmark {

	private static final int CONNECTIONS = 100;

	private static final ClientMessage MESSAGE = ClientMessage.text("{}");

	private final Node node = new Node();

	private final LongAdder calls = new LongAdder();

	private final List<SilentHandler> handlers = new ArrayList<>();

	private List<ConnectionRuntime> connections = List.of();

	/**
	 * Let clients connect.
	 * @throws Exception if one may not
	 */
	@Setup
	public void connect() throws Exception {
		this.connections = this.node.connect(CONNECTIONS, (connection) -> {
			SilentHandler handler = new SilentHandler(connection, this.calls);
			this.handlers.add(handler);
			return handler;
		});
	}

	/**
	 * End everything.
	 */
	@TearDown
	public void close() {
		this.node.close();
	}

	/**
	 * An event goes through the mailbox.
	 */
	@Benchmark
	@OperationsPerInvocation(CONNECTIONS)
	public void mailboxTurn() {
		long before = this.calls.sum();
		this.node.layer().groupSend(Node.GROUP, this.node.codec().encode(ChatMessage.EXAMPLE));
		Node.await(this.calls, before + CONNECTIONS);
	}

	/**
	 * A client's message goes through the mailbox.
	 */
	@Benchmark
	@OperationsPerInvocation(CONNECTIONS)
	public void receive() {
		long before = this.calls.sum();
		this.connections.forEach((connection) -> connection.received(MESSAGE));
		Node.await(this.calls, before + CONNECTIONS);
	}

	/**
	 * A text goes through the outbound queue.
	 */
	@Benchmark
	@OperationsPerInvocation(CONNECTIONS)
	public void outboundQueue() {
		long before = this.node.written().sum();
		this.handlers.forEach((handler) -> handler.connection().send(ChatMessage.EXAMPLE.message()));
		Node.await(this.node.written(), before + CONNECTIONS);
	}

}
