package dev.channels.test.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports on which a server can listen, now and when it is started again: none of
 * those from which the system takes the ports of outgoing connections.
 */
final class FreePorts {

	/**
	 * JVMs that test side by side have numbers, and ports of their own: a server that one
	 * of them has killed for a while has to find its port again.
	 */
	private static final int BLOCK = Integer.getInteger("channels.test.port-block", 0);

	private static final int NUMBER = 3_000;

	private static final int LOWEST = 12_000 + (BLOCK % 3) * NUMBER;

	/**
	 * Distance of a cluster node's second port.
	 */
	private static final int BUS = 10_000;

	private static final int ATTEMPTS = 1000;

	private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

	private FreePorts() {
	}

	static int next() {
		for (int i = 0; i < ATTEMPTS; i++) {
			int port = LOWEST + ThreadLocalRandom.current().nextInt(NUMBER);
			if (isFree(port) && isFree(port + BUS) && given.add(port)) {
				return port;
			}
		}
		throw new IllegalStateException(
				"No free port from " + LOWEST + " to " + (LOWEST + NUMBER - 1) + " after " + ATTEMPTS + " attempts");
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
