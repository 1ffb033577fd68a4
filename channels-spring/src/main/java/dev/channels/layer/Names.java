package dev.channels.layer;

import dev.channels.InvalidNameException;

/**
 * The one rule for names: Django's, read strictly (its regular expressions let some
 * letters that are not ASCII and a final newline pass).
 */
final class Names {

	static final int MAX_LENGTH = 99;

	private Names() {
	}

	static String requireGroup(String name) {
		if (!isPlain(name)) {
			throw new InvalidNameException("Group name '" + printable(name)
					+ "' is not legal: use 1 to 99 ASCII letters, digits, hyphens, underscores or periods");
		}
		return name;
	}

	static String requireChannel(String name) {
		int separator = name.indexOf('!');
		boolean legal = (separator < 0) ? isPlain(name) : name.length() <= MAX_LENGTH
				&& isPlain(name.substring(0, separator)) && consistsOfNameCharacters(name, separator + 1);
		if (!legal) {
			throw new InvalidNameException("Channel name '" + printable(name)
					+ "' is not legal: use 1 to 99 ASCII letters, digits, hyphens, underscores or periods, "
					+ "with at most one '!' in a connection's name");
		}
		return name;
	}

	private static boolean isPlain(String name) {
		return !name.isEmpty() && name.length() <= MAX_LENGTH && consistsOfNameCharacters(name, 0);
	}

	private static boolean consistsOfNameCharacters(String name, int from) {
		for (int i = from; i < name.length(); i++) {
			if (!isNameCharacter(name.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static boolean isNameCharacter(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
				|| c == '.';
	}

	private static String printable(String name) {
		return Printable.of(name, MAX_LENGTH);
	}

}
