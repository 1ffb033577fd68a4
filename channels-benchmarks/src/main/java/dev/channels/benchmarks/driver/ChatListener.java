package dev.channels.benchmarks.driver;

/**
 * Sees what happens to clients. Called on the event loop.
 */
interface ChatListener {

	/**
	 * The client has joined its room, as far as it can know.
	 */
	void joined(ChatClient client);

	/**
	 * A message has come.
	 * @param number the number of the message in its room, or {@link ChatText#PROBE}
	 */
	void received(ChatClient client, int room, int number);

	/**
	 * The connection is gone. Comes once for each client, also if it never joined.
	 * @param cleanly whether this side asked for it and the server agreed
	 */
	void closed(ChatClient client, boolean cleanly);

}
