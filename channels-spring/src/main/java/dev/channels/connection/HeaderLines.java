package dev.channels.connection;

import org.springframework.http.HttpHeaders;

/**
 * Headers as one text, a line for each name and each value. A connection keeps them as
 * long as it lives, and a map of them costs five times as much.
 */
final class HeaderLines {

	private HeaderLines() {
	}

	static String join(HttpHeaders headers) {
		StringBuilder lines = new StringBuilder();
		headers.forEach((name, values) -> {
			for (String value : values) {
				append(lines, name);
				append(lines, (value != null) ? value : "");
			}
		});
		return lines.toString();
	}

	/**
	 * Append a line. No server lets a line break pass; a filter of the application may
	 * add one.
	 */
	private static void append(StringBuilder lines, String text) {
		lines.append(text.replace('\n', ' ')).append('\n');
	}

	/**
	 * Return headers that cannot be modified.
	 */
	static HttpHeaders split(String lines) {
		HttpHeaders headers = new HttpHeaders();
		int from = 0;
		while (from < lines.length()) {
			int middle = lines.indexOf('\n', from);
			int end = lines.indexOf('\n', middle + 1);
			headers.add(lines.substring(from, middle), lines.substring(middle + 1, end));
			from = end + 1;
		}
		return HttpHeaders.readOnlyHttpHeaders(headers);
	}

}
