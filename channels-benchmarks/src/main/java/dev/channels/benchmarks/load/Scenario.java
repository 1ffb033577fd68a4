package dev.channels.benchmarks.load;

/**
 * What is done to a server.
 *
 * @param name its name, as an argument and in tables
 * @param kind what is measured
 * @param rooms how many rooms there are
 * @param members how many clients are in each room
 * @param senders how many of them speak, in turn
 * @param pace when the next message is sent
 * @param amount how many messages are in the window, in a second or in a burst; for
 * {@link Kind#CHURN} how many clients come and go at the same time
 * @param warmup how many messages, or clients that come and go, are not measured
 * @param messages how many are
 * @param nodes how many servers there are; more than one share a Redis
 */
public record Scenario(String name, Kind kind, int rooms, int members, int senders, Pace pace, int amount, int warmup,
		int messages, int nodes) {

	/**
	 * Length of the text of a message, in characters.
	 */
	public static final int TEXT_LENGTH = 100;

	/**
	 * The same with another number of messages.
	 * @param factor what to multiply the numbers of messages by
	 * @return the scenario
	 */
	public Scenario scaled(double factor) {
		return new Scenario(this.name, this.kind, this.rooms, this.members, this.senders, this.pace, this.amount,
				scaled(this.warmup, factor), scaled(this.messages, factor), this.nodes);
	}

	private int scaled(int count, double factor) {
		// a burst is never cut into two
		int unit = (this.pace == Pace.BURST) ? this.amount : 1;
		return (count == 0) ? 0 : Math.max(unit, (int) Math.round(count * factor / unit) * unit);
	}

	/**
	 * Return how many clients there are.
	 * @return their number
	 */
	public int clients() {
		return this.rooms * this.members;
	}

	/**
	 * What is measured.
	 */
	public enum Kind {

		/** The CPU time of a delivery: one message that one member gets. */
		TRAFFIC("delivery"),

		/** The memory of a connection that is open and silent. */
		IDLE("connection"),

		/** The CPU time of a client that connects, joins, and closes. */
		CHURN("connect and close");

		private final String unit;

		Kind(String unit) {
			this.unit = unit;
		}

		/**
		 * Return what a figure is for one of.
		 * @return a singular
		 */
		public String unit() {
			return this.unit;
		}

	}

}
