package dev.channels.benchmarks.micro;

import java.util.concurrent.TimeUnit;

import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event to the bytes that go through the layer, and back to what a handler gets.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final EventCodec codec = new EventCodec(this.mapper, new JsonEventSerializer());

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(), this.mapper);

	private final byte[] bytes = this.codec.write(this.codec.encode(ChatMessage.EXAMPLE));

	/**
	 * What a send does before the layer.
	 * @return the bytes
	 */
	@Benchmark
	public byte[] encode() {
		return this.codec.write(this.codec.encode(ChatMessage.EXAMPLE));
	}

	/**
	 * What a node does once for all its members.
	 * @return the payload
	 */
	@Benchmark
	public Object decode() {
		return this.local.share(this.codec.read(this.bytes)).payload(ChatMessage.class);
	}

}
