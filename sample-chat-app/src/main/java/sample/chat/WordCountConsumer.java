package sample.chat;

import dev.channels.Channels;
import dev.channels.Consumer;
import dev.channels.OnEvent;

/**
 * A worker: takes jobs, in this process or another one, and posts the results into the
 * room. Say {@code /count some words} in the chat to see it work.
 */
@Consumer("word-count")
class WordCountConsumer {

	private static final String USER = "word counter";

	private final Channels channels;

	WordCountConsumer(Channels channels) {
		this.channels = channels;
	}

	@OnEvent
	void count(CountWords job) {
		String text = job.text().strip();
		int words = text.isEmpty() ? 0 : text.split("\\s+").length;
		String result = (words == 1) ? "1 word" : words + " words";
		this.channels.group("chat_" + job.room()).send(ChatMessage.of(result, USER));
	}

}
