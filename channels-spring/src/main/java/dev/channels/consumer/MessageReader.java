package dev.channels.consumer;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;

import dev.channels.InvalidMessageException;
import dev.channels.connection.ClientMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads clients' messages. What cannot be read is an {@link InvalidMessageException} that
 * says where, not what.
 */
final class MessageReader {

	private static final int UNSUPPORTED_DATA = 1003;

	private static final int INVALID_DATA = 1007;

	private static final Log logger = LogFactory.getLog(MessageReader.class);

	private final JsonMapper mapper;

	MessageReader(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Whether a payload of this type is a binary message.
	 */
	static boolean isBinary(Class<?> type) {
		return type == byte[].class || type == ByteBuffer.class;
	}

	/**
	 * Read a message as the type of a payload.
	 */
	Object read(ClientMessage message, Class<?> type, Type genericType) {
		if (isBinary(type)) {
			byte[] bytes = message.binary();
			if (bytes == null) {
				throw new InvalidMessageException(UNSUPPORTED_DATA, "a text message, binary is expected", null);
			}
			return (type == ByteBuffer.class) ? ByteBuffer.wrap(bytes) : bytes;
		}
		String text = textOf(message);
		if (type.isAssignableFrom(String.class) && type != Object.class) {
			return text;
		}
		try {
			Object value = this.mapper.readValue(text, this.mapper.getTypeFactory().constructType(genericType));
			if (value == null) {
				throw new InvalidMessageException(INVALID_DATA, "null, " + type.getSimpleName() + " is expected", null);
			}
			return value;
		}
		catch (JacksonException ex) {
			throw unreadable(ex, "cannot be read as " + type.getSimpleName());
		}
		catch (InvalidMessageException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// of a deserializer of the application, to which the client's text is new
			String problem = "cannot be read as " + type.getSimpleName();
			logger.debug("A client's message " + problem, ex);
			throw new InvalidMessageException(INVALID_DATA,
					"a message that " + problem + " (" + ex.getClass().getSimpleName() + ")", null);
		}
	}

	/**
	 * Return the value of a property that names the message type. It is read to the end,
	 * since of a property that comes twice the payload is given the second.
	 * @return the text, or {@code null} if the message has no such property
	 * @throws InvalidMessageException if it has more than one
	 */
	@Nullable String typeOf(ClientMessage message, String property) {
		try (JsonParser parser = this.mapper.createParser(textOf(message))) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				return null;
			}
			String type = null;
			boolean found = false;
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				boolean wanted = property.equals(parser.currentName());
				if (wanted && found) {
					throw new InvalidMessageException(INVALID_DATA, "a message with two '" + property + "'", null);
				}
				JsonToken value = parser.nextToken();
				if (wanted) {
					found = true;
					type = (value == JsonToken.VALUE_STRING) ? parser.getString() : null;
				}
				parser.skipChildren();
			}
			return type;
		}
		catch (JacksonException ex) {
			throw unreadable(ex, "cannot be read");
		}
	}

	private static String textOf(ClientMessage message) {
		String text = message.text();
		if (text == null) {
			throw new InvalidMessageException(UNSUPPORTED_DATA, "a binary message, text is expected", null);
		}
		return text;
	}

	private static InvalidMessageException unreadable(JacksonException ex, String problem) {
		logger.debug("A client's message " + problem, ex);
		boolean json = !(ex instanceof StreamReadException) || ex instanceof InputCoercionException;
		String what = json ? "a message that " + problem : "a message that is no JSON";
		return new InvalidMessageException(INVALID_DATA,
				what + " (line " + ex.getLocation().getLineNr() + ", column " + ex.getLocation().getColumnNr() + ")",
				null);
	}

}
