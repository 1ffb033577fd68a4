package dev.channels.layer;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Content that is text.
 */
class JsonContent implements EventContent {

	private final byte[] json;

	JsonContent(byte[] json) {
		this.json = json;
	}

	@Override
	public JsonParser parser(ObjectReadContext context) {
		return WireJson.factory.createParser(context, this.json);
	}

	@Override
	public byte[] toJson() {
		return this.json;
	}

	@Override
	public TokenBuffer toTokens() {
		return WireJson.mapper.readValue(this.json, TokenBuffer.class);
	}

}
