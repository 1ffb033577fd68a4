package dev.channels.layer;

import java.nio.charset.StandardCharsets;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

/**
 * JSON in UTF-8, whatever the application's own mapper is told to do.
 *
 * @since 0.1.0
 */
public final class JsonEventSerializer implements EventSerializer {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	@Override
	public byte[] write(TokenBuffer tokens) {
		// by way of a string: half a surrogate pair, which a client can send as an
		// escape,
		// becomes a question mark there and would be an error in a stream of bytes
		return mapper.writeValueAsString(tokens).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public TokenBuffer read(byte[] bytes) {
		return mapper.readValue(bytes, TokenBuffer.class);
	}

}
