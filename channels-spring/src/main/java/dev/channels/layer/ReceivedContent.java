package dev.channels.layer;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.util.TokenBuffer;

/**
 * The properties of an event that was received: all that it has but what is reserved,
 * wherever that stands.
 */
final class ReceivedContent implements EventContent {

	private final EventContent whole;

	ReceivedContent(EventContent whole) {
		this.whole = whole;
	}

	@Override
	public JsonParser parser(ObjectReadContext context) {
		return new PayloadParser(this.whole.parser(context));
	}

	@Override
	public byte[] toJson() {
		return new TokenContent(toTokens()).toJson();
	}

	@Override
	public TokenBuffer toTokens() {
		TokenBuffer tokens = TokenBuffer.forGeneration();
		try (JsonParser parser = parser(ObjectReadContext.empty())) {
			parser.nextToken();
			tokens.copyCurrentStructure(parser);
		}
		return tokens;
	}

}
