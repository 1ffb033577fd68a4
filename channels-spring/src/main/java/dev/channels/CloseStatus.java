package dev.channels;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import org.springframework.util.Assert;

/**
 * Why a connection is closed, or was: a code and a reason (RFC 6455 sections 5.5 and 7.4,
 * and the IANA registry of close codes). A status that was received may hold any code;
 * one that is to be sent has to be {@link #sendable() sendable}.
 *
 * @param code the close code
 * @param reason the reason, empty if there is none
 * @since 0.1.0
 */
public record CloseStatus(int code, String reason) {

	/** 1000: all is done. */
	public static final CloseStatus NORMAL = new CloseStatus(1000);

	/** 1001: the server goes away, or the page has been left. */
	public static final CloseStatus GOING_AWAY = new CloseStatus(1001);

	/** 1002: the peer broke the protocol. */
	public static final CloseStatus PROTOCOL_ERROR = new CloseStatus(1002);

	/** 1003: a kind of message that is not handled here. */
	public static final CloseStatus UNSUPPORTED_DATA = new CloseStatus(1003);

	/** 1005: the peer closed without a code. Never sent. */
	public static final CloseStatus NO_STATUS = new CloseStatus(1005);

	/** 1006: the connection was lost, there was no close. Never sent. */
	public static final CloseStatus ABNORMAL = new CloseStatus(1006);

	/** 1007: a message that is not what it says to be, such as broken JSON. */
	public static final CloseStatus INVALID_DATA = new CloseStatus(1007);

	/** 1008: a message that is against the rules of this server. */
	public static final CloseStatus POLICY_VIOLATION = new CloseStatus(1008);

	/** 1009: a message that is too big. */
	public static final CloseStatus TOO_BIG = new CloseStatus(1009);

	/** 1011: the server failed. */
	public static final CloseStatus SERVER_ERROR = new CloseStatus(1011);

	/** 1012: the server restarts; come back. */
	public static final CloseStatus SERVICE_RESTART = new CloseStatus(1012);

	/** 1013: the server has too much to do; come back later. */
	public static final CloseStatus TRY_AGAIN_LATER = new CloseStatus(1013);

	/** 1014: a server behind this one gave no proper answer. */
	public static final CloseStatus BAD_GATEWAY = new CloseStatus(1014);

	private static final int MAX_REASON_BYTES = 123;

	/**
	 * Create a status without a reason.
	 * @param code the close code
	 */
	public CloseStatus(int code) {
		this(code, "");
	}

	/**
	 * Return a status with the same code and another reason.
	 * @param reason the reason
	 * @return the status
	 */
	public CloseStatus withReason(String reason) {
		return new CloseStatus(this.code, reason);
	}

	/**
	 * Return what a close frame carries of this status: the reason, which often holds a
	 * text of somebody else's, is cut to 123 bytes of UTF-8, with no character cut in
	 * two.
	 * @return a status that can be sent
	 * @throws IllegalArgumentException if a server cannot send the code: it is none of
	 * 1000 to 1003, 1007 to 1009, 1011 to 1014 and 3000 to 4999
	 */
	public CloseStatus sendable() {
		Assert.isTrue(isSendable(this.code), () -> "A server cannot close with code " + this.code
				+ ": use 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999");
		ByteBuffer carried = ByteBuffer.allocate(MAX_REASON_BYTES);
		StandardCharsets.UTF_8.newEncoder()
			.onMalformedInput(CodingErrorAction.REPLACE)
			.encode(CharBuffer.wrap(this.reason), carried, true);
		String cut = StandardCharsets.UTF_8.decode(carried.flip()).toString();
		return cut.equals(this.reason) ? this : withReason(cut);
	}

	private static boolean isSendable(int code) {
		return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1009) || (code >= 1011 && code <= 1014)
				|| (code >= 3000 && code <= 4999);
	}

}
