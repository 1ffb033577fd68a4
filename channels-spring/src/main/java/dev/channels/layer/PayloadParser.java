package dev.channels.layer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.SerializableString;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.core.util.JsonParserDelegate;

/**
 * Reads an event and shows its payload: the properties of the map itself that are
 * reserved are skipped.
 */
final class PayloadParser extends JsonParserDelegate {

	/** How many maps and lists have begun. */
	private int depth;

	PayloadParser(JsonParser event) {
		super(event);
	}

	@Override
	public @Nullable JsonToken nextToken() {
		JsonToken token = this.delegate.nextToken();
		while (token == JsonToken.PROPERTY_NAME && this.depth == 1
				&& EventCodec.isReserved(this.delegate.currentName())) {
			this.delegate.nextToken();
			this.delegate.skipChildren();
			token = this.delegate.nextToken();
		}
		if (token != null && token.isStructStart()) {
			this.depth++;
		}
		else if (token != null && token.isStructEnd()) {
			this.depth--;
		}
		return token;
	}

	@Override
	public JsonParser skipChildren() {
		JsonToken token = currentToken();
		if (token != null && token.isStructStart()) {
			this.delegate.skipChildren();
			this.depth--;
		}
		return this;
	}

	@Override
	public @Nullable JsonToken nextValue() {
		JsonToken token = nextToken();
		return (token == JsonToken.PROPERTY_NAME) ? nextToken() : token;
	}

	@Override
	public @Nullable String nextName() {
		return (nextToken() == JsonToken.PROPERTY_NAME) ? currentName() : null;
	}

	@Override
	public boolean nextName(SerializableString name) {
		return nextToken() == JsonToken.PROPERTY_NAME && name.getValue().equals(currentName());
	}

	@Override
	public int nextNameMatch(PropertyNameMatcher matcher) {
		JsonToken token = nextToken();
		if (token == JsonToken.PROPERTY_NAME) {
			return matcher.matchName(currentName());
		}
		return (token == JsonToken.END_OBJECT) ? PropertyNameMatcher.MATCH_END_OBJECT
				: PropertyNameMatcher.MATCH_ODD_TOKEN;
	}

}
