package dev.channels.layer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A payload that is text, as {@link PayloadWriter} writes it: without a space, and
 * without what is reserved.
 */
final class JsonPayload extends JsonContent {

	JsonPayload(byte[] json) {
		super(json);
	}

	/**
	 * Return a whole event: its type, these properties and the controls side by side.
	 * @param type a legal type, of which no letter is escaped
	 * @param controls their JSON
	 */
	JsonContent in(String type, byte[] controls) {
		byte[] head = ("{\"type\":\"" + type + "\"").getBytes(StandardCharsets.US_ASCII);
		ByteBuffer whole = ByteBuffer.allocate(head.length + sizeOfNext(toJson()) + sizeOfNext(controls) + 1);
		whole.put(head);
		addNext(whole, toJson());
		addNext(whole, controls);
		whole.put((byte) '}');
		return new JsonContent(whole.array());
	}

	private static int sizeOfNext(byte[] object) {
		return (object.length > 2) ? object.length - 1 : 0;
	}

	private static void addNext(ByteBuffer whole, byte[] object) {
		if (object.length > 2) {
			whole.put((byte) ',').put(object, 1, object.length - 2);
		}
	}

}
