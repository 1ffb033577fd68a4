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

	PayloadParser(JsonParser event) {
		super(event);
	}

	@Override
	public JsonToken nextToken() {
		JsonToken token = this.delegate.nextToken();
		while (token == JsonToken.PROPERTY_NAME && isHidden()) {
			this.delegate.nextToken();
			this.delegate.skipChildren();
			token = this.delegate.nextToken();
		}
		return token;
	}

	private boolean isHidden() {
		return EventCodec.isReserved(this.delegate.currentName())
				&& this.delegate.streamReadContext().getParent().inRoot();
	}

	@Override
	public JsonToken nextValue() {
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
