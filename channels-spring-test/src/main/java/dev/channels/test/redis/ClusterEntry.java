package dev.channels.test.redis;

import java.util.Arrays;
import java.util.List;

/**
 * What a node of a cluster says of one node, a line of its answer to
 * {@code CLUSTER NODES}.
 *
 * @param port the node's port
 * @param flags its roles and troubles
 * @param isConnected whether the node that says so is connected to it, or it is the node
 * itself
 * @param slots ranges of slots it serves
 */
record ClusterEntry(int port, List<String> flags, boolean isConnected, List<String> slots) {

	private static final int ADDRESS = 1;

	private static final int FLAGS = 2;

	private static final int LINK = 7;

	private static final int SLOTS = 8;

	static ClusterEntry parse(String line) {
		String[] fields = line.split(" ");
		String address = fields[ADDRESS];
		int port = Integer.parseInt(address.substring(address.indexOf(':') + 1, address.indexOf('@')));
		List<String> flags = List.of(fields[FLAGS].split(","));
		boolean connected = fields[LINK].equals("connected") && !flags.contains("handshake");
		// a slot that moves is in brackets, and served as before
		List<String> slots = Arrays.stream(fields).skip(SLOTS).filter((range) -> !range.startsWith("[")).toList();
		return new ClusterEntry(port, flags, connected, slots);
	}

	boolean isReplica() {
		return this.flags.contains("slave");
	}

	boolean servesAny() {
		return !this.slots.isEmpty();
	}

	boolean serves(int slot) {
		return this.slots.stream().anyMatch((range) -> {
			int dash = range.indexOf('-');
			int first = Integer.parseInt((dash < 0) ? range : range.substring(0, dash));
			int last = (dash < 0) ? first : Integer.parseInt(range.substring(dash + 1));
			return first <= slot && slot <= last;
		});
	}

}
