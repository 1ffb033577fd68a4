package dev.channels.benchmarks.micro;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

import dev.channels.connection.OutboundFrame;
import dev.channels.connection.Transport;

/**
 * A client that takes everything at once.
 */
final class CountingTransport implements Transport {

	private final LongAdder frames;

	CountingTransport(LongAdder frames) {
		this.frames = frames;
	}

	@Override
	public boolean writesBlock() {
		return false;
	}

	@Override
	public void write(List<OutboundFrame> frames, WriteCallback callback) {
		this.frames.add(frames.size());
		callback.written(null);
	}

	@Override
	public void suspendReading() {
	}

	@Override
	public void resumeReading() {
	}

	@Override
	public void abort() {
	}

}
