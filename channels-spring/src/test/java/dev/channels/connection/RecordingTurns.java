package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the turns of a mailbox.
 */
final class RecordingTurns implements Mailbox.Turns {

	private final List<String> calls = new ArrayList<>();

	@Override
	public synchronized void begins() {
		this.calls.add("begins");
	}

	@Override
	public synchronized void goesOn() {
		this.calls.add("goes on");
	}

	@Override
	public synchronized void ends() {
		this.calls.add("ends");
	}

	synchronized List<String> calls() {
		return List.copyOf(this.calls);
	}

}
