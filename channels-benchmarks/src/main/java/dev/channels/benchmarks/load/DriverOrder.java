package dev.channels.benchmarks.load;

import java.util.List;

/**
 * What the driver is told on its command line, as JSON.
 *
 * @param scenario what to do
 * @param protocol how clients talk
 * @param ports the ports of the servers; members of a room take them in turn
 * @param pids the processes of the servers
 */
public record DriverOrder(Scenario scenario, Protocol protocol, List<Integer> ports, List<Long> pids) {

	/**
	 * What a driver's answer begins with, on a line of its standard output.
	 */
	public static final String ANSWER = "MEASURED ";

	/**
	 * How clients talk.
	 */
	public enum Protocol {

		/** The quick start of the README: who opens {@code /ws/<room>} is a member. */
		JSON,

		/** STOMP 1.2 to a simple broker. */
		STOMP

	}

}
