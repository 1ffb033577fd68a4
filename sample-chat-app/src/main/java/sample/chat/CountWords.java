package sample.chat;

import dev.channels.EventType;

/**
 * A job for the worker.
 *
 * @param room where to post the result
 * @param text what to count
 */
@EventType("count.words")
record CountWords(String room, String text) {

}
