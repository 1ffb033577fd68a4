package dev.channels.layer;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.util.TokenBuffer;

/**
 * A JSON object, encoded: a snapshot that may be read as often as there are types that
 * handlers take. It is either text, or tokens, which also tell apart what JSON does not:
 * bytes and texts, decimals and doubles. Immutable, so that many threads can share it.
 *
 * @since 0.1.0
 */
public interface EventContent {

	/**
	 * Return the content of a text.
	 * @param json a JSON object in UTF-8, not changed any more. It is only read when it
	 * is parsed, and may turn out to be none then
	 * @return the content
	 */
	static EventContent ofJson(byte[] json) {
		return new JsonContent(json);
	}

	/**
	 * Return the content of tokens.
	 * @param tokens the tokens of a JSON object, not added to any more
	 * @return the content
	 */
	static EventContent ofTokens(TokenBuffer tokens) {
		return new TokenContent(tokens);
	}

	/**
	 * Begin to read.
	 * @param context what the parser knows of who uses it
	 * @return a parser before the first token, to be closed
	 */
	JsonParser parser(ObjectReadContext context);

	/**
	 * Return the content as text.
	 * @return a JSON object in UTF-8, not to be changed
	 * @throws IllegalArgumentException if more than 500 maps and lists are within each
	 * other
	 */
	byte[] toJson();

	/**
	 * Return the content as tokens.
	 * @return the tokens of a JSON object, not to be added to
	 * @throws RuntimeException if this is text, and no JSON
	 */
	TokenBuffer toTokens();

}
