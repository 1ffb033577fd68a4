package dev.channels.layer;

/**
 * The name of a channel: a connection's ({@code specific.<node>!<local>}) or a worker
 * channel's.
 *
 * @param value the name
 * @since 0.1.0
 */
public record ChannelName(String value) {

	private static final char SEPARATOR = '!';

	private static final String CONNECTION_PREFIX = "specific.";

	/**
	 * Create a name.
	 * @throws dev.channels.InvalidNameException if the name is not legal
	 */
	public ChannelName {
		Names.requireChannel(value);
	}

	/**
	 * Create a name.
	 * @param name 1 to 99 ASCII letters, digits, hyphens, underscores or periods; a
	 * connection's has one exclamation mark
	 * @return the name
	 * @throws dev.channels.InvalidNameException if the name is not legal
	 */
	public static ChannelName of(String name) {
		return new ChannelName(name);
	}

	/**
	 * Create the name of a connection.
	 * @param node the node that serves it
	 * @param local the part that tells it from the node's other connections
	 * @return the name
	 */
	public static ChannelName ofConnection(String node, String local) {
		return new ChannelName(CONNECTION_PREFIX + node + SEPARATOR + local);
	}

	/**
	 * Whether this is the name of one of our connections, not of a worker channel.
	 * @return {@code true} if so
	 */
	public boolean isConnection() {
		return this.value.indexOf(SEPARATOR) >= 0;
	}

	/**
	 * Return the node of a connection.
	 * @return what stands between {@code specific.} and the exclamation mark
	 * @throws IllegalStateException if this is no connection's name
	 */
	public String node() {
		int separator = this.value.indexOf(SEPARATOR);
		if (separator < 0) {
			throw new IllegalStateException("Channel '" + this.value + "' is not a connection's");
		}
		return this.value.substring(this.value.startsWith(CONNECTION_PREFIX) ? CONNECTION_PREFIX.length() : 0,
				separator);
	}

	@Override
	public String toString() {
		return this.value;
	}

}
