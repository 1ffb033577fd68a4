package dev.channels.connection;

/**
 * Counts and repairs text on its way into a frame.
 *
 * @since 0.1.0
 */
public final class Utf8 {

	/** What stands for half a surrogate pair in what clients get. */
	static final String REPLACEMENT = "\uFFFD";

	private Utf8() {
	}

	/**
	 * Return the number of bytes that well-formed text has in UTF-8.
	 * @param text the text
	 * @return the number of bytes
	 */
	public static int length(String text) {
		int length = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x800) {
				// each half of a surrogate pair stands for two of four bytes
				length += Character.isSurrogate(c) ? 1 : 2;
			}
			else if (c >= 0x80) {
				length++;
			}
		}
		return length;
	}

	/**
	 * Replace halves of surrogate pairs. A client can send one as a JSON escape; written
	 * to the members of its group it would be an encoding error on each connection.
	 */
	static String wellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				if (!isPairAt(text, i)) {
					return repair(text, i);
				}
				i++;
			}
		}
		return text;
	}

	private static String repair(String text, int from) {
		StringBuilder result = new StringBuilder(text);
		for (int i = from; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				if (isPairAt(text, i)) {
					i++;
				}
				else {
					result.setCharAt(i, REPLACEMENT.charAt(0));
				}
			}
		}
		return result.toString();
	}

	private static boolean isPairAt(String text, int index) {
		return Character.isHighSurrogate(text.charAt(index)) && index + 1 < text.length()
				&& Character.isLowSurrogate(text.charAt(index + 1));
	}

}
