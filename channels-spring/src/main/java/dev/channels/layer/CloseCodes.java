package dev.channels.layer;

import java.nio.charset.StandardCharsets;

import org.springframework.util.Assert;

/**
 * Which close codes and reasons a server may send (RFC 6455 sections 5.5 and 7.4, and the
 * IANA registry).
 *
 * @since 0.1.0
 */
public final class CloseCodes {

	private static final int MAX_REASON_BYTES = 123;

	private CloseCodes() {
	}

	/**
	 * Check a code and a reason.
	 * @param code the code
	 * @param reason the reason
	 * @throws IllegalArgumentException if a close frame of a server cannot carry them
	 */
	public static void require(int code, String reason) {
		Assert.isTrue(isSendable(code), () -> "A server cannot close with code " + code
				+ ": use 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999");
		int length = reason.getBytes(StandardCharsets.UTF_8).length;
		Assert.isTrue(length <= MAX_REASON_BYTES,
				() -> "A close reason has at most " + MAX_REASON_BYTES + " bytes of UTF-8, this one has " + length);
	}

	private static boolean isSendable(int code) {
		return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1009) || (code >= 1011 && code <= 1014)
				|| (code >= 3000 && code <= 4999);
	}

}
