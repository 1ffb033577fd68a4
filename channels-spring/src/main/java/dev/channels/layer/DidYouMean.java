package dev.channels.layer;

import java.util.Collection;
import java.util.Comparator;

/**
 * Finds the name that somebody may have meant.
 *
 * @since 0.1.0
 */
public final class DidYouMean {

	private static final int MAX_DISTANCE = 3;

	private DidYouMean() {
	}

	/**
	 * Return a question to append to a message.
	 * @param name a name that does not exist
	 * @param candidates the names that do
	 * @return the question, empty if no name is near
	 */
	public static String suffix(String name, Collection<String> candidates) {
		return candidates.stream()
			.filter((candidate) -> distance(name, candidate) <= Math.min(MAX_DISTANCE, candidate.length() - 1))
			.min(Comparator.<String>comparingInt((candidate) -> distance(name, candidate)).thenComparing((it) -> it))
			.map((candidate) -> "; did you mean '" + candidate + "'?")
			.orElse("");
	}

	/**
	 * Edits between two texts, where two letters that changed places count as one (the
	 * optimal string alignment distance).
	 */
	private static int distance(String a, String b) {
		int[][] d = new int[a.length() + 1][b.length() + 1];
		for (int i = 0; i <= a.length(); i++) {
			for (int j = 0; j <= b.length(); j++) {
				if (i == 0 || j == 0) {
					d[i][j] = i + j;
					continue;
				}
				int change = (a.charAt(i - 1) == b.charAt(j - 1)) ? 0 : 1;
				d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
				if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
					d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
				}
			}
		}
		return d[a.length()][b.length()];
	}

}
