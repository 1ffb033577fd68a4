package dev.channels.benchmarks.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.channels.benchmarks.load.DriverOrder.Protocol;
import dev.channels.benchmarks.load.Scenario;

/**
 * A server to measure.
 *
 * @param label what it is called in tables
 * @param kind what it is
 * @param classPath its class path
 * @param arguments its arguments
 */
record Peer(String label, PeerKind kind, ClassPath classPath, List<String> arguments) {

	/**
	 * Read {@code kind}, {@code kind=place-of-another-build}, each with any number of
	 * {@code +property=value}.
	 */
	static Peer parse(String text) {
		String[] parts = text.split("\\+");
		String[] head = parts[0].split("=", 2);
		PeerKind kind = PeerKind.of(head[0]);
		ClassPath classPath = kind.classPath();
		String label = kind.label();
		if (head.length > 1) {
			classPath = classPath.withLibrary(head[1]);
			label += "@" + Path.of(head[1]).getFileName();
		}
		List<String> arguments = new ArrayList<>(kind.arguments());
		for (int i = 1; i < parts.length; i++) {
			arguments.add("--" + parts[i]);
			label += "+" + parts[i];
		}
		return new Peer(label, kind, classPath, arguments);
	}

	Protocol protocol() {
		return this.kind.protocol();
	}

	boolean supports(Scenario scenario) {
		return scenario.nodes() == 1 || !this.kind.sharedArguments(0).isEmpty();
	}

	@Override
	public String toString() {
		return this.label;
	}

}
