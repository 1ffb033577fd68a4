package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;

import dev.channels.CloseStatus;

/**
 * Remembers what an outbound queue says.
 */
class RecordingOutboundListener implements OutboundQueue.Listener {

	private final List<String> calls = new ArrayList<>();

	@Override
	public synchronized void pinged() {
		this.calls.add("pinged");
	}

	@Override
	public synchronized void ponged() {
		this.calls.add("ponged");
	}

	@Override
	public synchronized void closed(CloseStatus status) {
		this.calls.add("closed " + status.code());
	}

	@Override
	public synchronized void failed(Throwable failure) {
		this.calls.add("failed: " + failure.getMessage());
	}

	@Override
	public synchronized void overflowed() {
		this.calls.add("overflowed");
	}

	synchronized List<String> calls() {
		return List.copyOf(this.calls);
	}

	@Override
	public String toString() {
		return "message for the client";
	}

}
