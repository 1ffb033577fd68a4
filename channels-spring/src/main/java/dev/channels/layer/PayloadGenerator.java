package dev.channels.layer;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Writes a payload: no property of the object itself may have a reserved name, and raw
 * JSON of the application has to be one value, or it could be properties of the event.
 */
final class PayloadGenerator extends JsonGeneratorDelegate {

	private @Nullable String reserved;

	PayloadGenerator(JsonGenerator target) {
		super(target, false);
	}

	/**
	 * Return the reserved name at which writing ended.
	 */
	@Nullable String reserved() {
		return this.reserved;
	}

	@Override
	public JsonGenerator writeName(String name) {
		require(name);
		return super.writeName(name);
	}

	@Override
	public JsonGenerator writeName(SerializableString name) {
		require(name.getValue());
		return super.writeName(name);
	}

	private void require(String name) {
		if (EventCodec.isReserved(name) && streamWriteContext().getParent().inRoot()) {
			this.reserved = name;
			throw new StreamWriteException(this, "a reserved name");
		}
	}

	@Override
	public JsonGenerator writeRawValue(String text) {
		TokenBuffer value;
		try {
			value = WireJson.mapper.readValue(text, TokenBuffer.class);
		}
		catch (JacksonException ex) {
			throw new StreamWriteException(this, "a raw value is not valid JSON");
		}
		value.serialize(this);
		return this;
	}

	@Override
	public JsonGenerator writeRawValue(String text, int offset, int length) {
		return writeRawValue(text.substring(offset, offset + length));
	}

	@Override
	public JsonGenerator writeRawValue(char[] text, int offset, int length) {
		return writeRawValue(new String(text, offset, length));
	}

	@Override
	public JsonGenerator writeRawValue(SerializableString text) {
		return writeRawValue(text.getValue());
	}

}
