package dev.channels.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Repairs JSON that Jackson has written as UTF-8. Half a surrogate pair, which a client
 * can send, has no encoding in UTF-8: Jackson writes it as an escape, and who reads that
 * has it again. Whole pairs are no escapes, unless where the buffer of a generator ends.
 *
 * @since 0.1.0
 */
public final class HalfSurrogates {

	/** Of a backslash, the letter u and four digits. */
	private static final int ESCAPE_LENGTH = 6;

	private HalfSurrogates() {
	}

	/**
	 * Replace halves of surrogate pairs.
	 * @param json JSON in UTF-8
	 * @param replacement what to write instead
	 * @return the same bytes if there are none
	 */
	public static byte[] replaced(byte[] json, String replacement) {
		ByteArrayOutputStream result = null;
		int copied = 0;
		for (int i = 0; i < json.length; i++) {
			if (json[i] != '\\') {
				continue;
			}
			int length = lengthOfEscape(json, i);
			if (length == ESCAPE_LENGTH && isSurrogate(json, i)) {
				result = (result != null) ? result : new ByteArrayOutputStream(json.length);
				result.write(json, copied, i - copied);
				result.writeBytes(replacement.getBytes(StandardCharsets.UTF_8));
				copied = i + length;
			}
			i += length - 1;
		}
		if (result == null) {
			return json;
		}
		result.write(json, copied, json.length - copied);
		return result.toByteArray();
	}

	/**
	 * Return the length of one escape, or of the two of a pair.
	 */
	private static int lengthOfEscape(byte[] json, int index) {
		if (index + ESCAPE_LENGTH > json.length || json[index + 1] != 'u') {
			return 2;
		}
		boolean pair = isHigh(json, index) && index + 2 * ESCAPE_LENGTH <= json.length
				&& json[index + ESCAPE_LENGTH] == '\\' && json[index + ESCAPE_LENGTH + 1] == 'u'
				&& isLow(json, index + ESCAPE_LENGTH);
		return pair ? 2 * ESCAPE_LENGTH : ESCAPE_LENGTH;
	}

	private static boolean isSurrogate(byte[] json, int index) {
		return isHigh(json, index) || isLow(json, index);
	}

	/** D800 to DBFF. */
	private static boolean isHigh(byte[] json, int index) {
		return isD(json[index + 2]) && json[index + 3] >= '8' && toUpper(json[index + 3]) <= 'B';
	}

	/** DC00 to DFFF. */
	private static boolean isLow(byte[] json, int index) {
		return isD(json[index + 2]) && toUpper(json[index + 3]) >= 'C';
	}

	private static boolean isD(byte digit) {
		return toUpper(digit) == 'D';
	}

	private static char toUpper(byte digit) {
		return Character.toUpperCase((char) digit);
	}

}
