package dev.channels.benchmarks.peer.spring;

/**
 * Brings what was said in a room to all servers that have members of it.
 */
interface ChatRelay {

	void send(String room, String json);

}
