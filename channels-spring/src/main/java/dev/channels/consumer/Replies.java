package dev.channels.consumer;

/**
 * Takes what handlers return.
 */
@FunctionalInterface
interface Replies {

	/**
	 * For those who have no client, or none any more.
	 */
	Replies NOWHERE = (type, value) -> {
	};

	/**
	 * Take a value.
	 * @param type what it is, and nothing that is awaited first
	 * @param value the value
	 */
	void send(ResultType type, Object value);

}
