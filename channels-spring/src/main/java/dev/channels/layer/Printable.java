package dev.channels.layer;

/**
 * Text that may come from a client, on its way into a log or an exception.
 *
 * @since 0.1.0
 */
public final class Printable {

	private static final int MAX_LENGTH = 100;

	private Printable() {
	}

	/**
	 * Make a text fit for one line of a log: at most 100 characters, and none that
	 * controls a terminal or begins a line.
	 * @param text any text
	 * @return the text with a question mark for each character that is not printable
	 * ASCII, cut with three dots
	 */
	public static String of(String text) {
		return of(text, MAX_LENGTH);
	}

	/**
	 * Make a text fit for one line of a log.
	 * @param text any text
	 * @param maxLength how many characters to keep
	 * @return the text with a question mark for each character that is not printable
	 * ASCII, cut with three dots
	 */
	public static String of(String text, int maxLength) {
		String head = (text.length() > maxLength) ? text.substring(0, maxLength) : text;
		StringBuilder result = new StringBuilder(head.length());
		head.codePoints().forEach((c) -> result.append((c >= ' ' && c <= '~') ? (char) c : '?'));
		return (head.length() < text.length()) ? result.append("...").toString() : result.toString();
	}

}
