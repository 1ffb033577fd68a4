package dev.channels.layer;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Content that is tokens.
 */
final class TokenContent implements EventContent {

	private final TokenBuffer tokens;

	TokenContent(TokenBuffer tokens) {
		this.tokens = tokens;
	}

	@Override
	public JsonParser parser(ObjectReadContext context) {
		return this.tokens.asParser(context);
	}

	@Override
	public byte[] toJson() {
		try {
			return WireJson.repaired(WireJson.mapper.writeValueAsBytes(this.tokens));
		}
		catch (StreamConstraintsException ex) {
			throw WireJson.tooDeep(ex);
		}
	}

	@Override
	public TokenBuffer toTokens() {
		return this.tokens;
	}

}
