package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * The two keys that a configured key stands for. Safe for use by many threads.
 */
final class FernetKey {

	static final int BLOCK_LENGTH = 16;

	static final int IV_LENGTH = BLOCK_LENGTH;

	static final int MAC_LENGTH = 32;

	private static final int HALF = 16;

	private static final String MAC = "HmacSHA256";

	private static final String CIPHER = "AES/CBC/PKCS5Padding";

	private final SecretKeySpec signing;

	private final SecretKeySpec encryption;

	private FernetKey(byte[] digest) {
		this.signing = new SecretKeySpec(digest, 0, HALF, MAC);
		this.encryption = new SecretKeySpec(digest, HALF, HALF, "AES");
	}

	static FernetKey of(String key) {
		try {
			return new FernetKey(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw unavailable(ex);
		}
	}

	byte[] encrypt(byte[] content, byte[] iv) {
		try {
			return cipher(Cipher.ENCRYPT_MODE, iv).doFinal(content);
		}
		catch (GeneralSecurityException ex) {
			throw unavailable(ex);
		}
	}

	/**
	 * Decrypt what was verified.
	 * @param token holds the encrypted content
	 * @param from where it begins
	 * @param to where it ends
	 * @param iv the initialization vector
	 * @return the content, or {@code null} if its padding is wrong
	 */
	byte @Nullable [] decrypt(byte[] token, int from, int to, byte[] iv) {
		Cipher cipher;
		try {
			cipher = cipher(Cipher.DECRYPT_MODE, iv);
		}
		catch (GeneralSecurityException ex) {
			throw unavailable(ex);
		}
		try {
			return cipher.doFinal(token, from, to - from);
		}
		catch (GeneralSecurityException ex) {
			return null;
		}
	}

	byte[] sign(byte[] token, int length) {
		try {
			Mac mac = Mac.getInstance(MAC);
			mac.init(this.signing);
			mac.update(token, 0, length);
			return mac.doFinal();
		}
		catch (GeneralSecurityException ex) {
			throw unavailable(ex);
		}
	}

	/**
	 * Compare the signature in a time that does not depend on where it differs.
	 * @param token the token
	 * @param length how much of it is signed; the signature follows
	 * @return {@code true} if it was signed with this key
	 */
	boolean verify(byte[] token, int length) {
		return MessageDigest.isEqual(sign(token, length), Arrays.copyOfRange(token, length, token.length));
	}

	private Cipher cipher(int mode, byte[] iv) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance(CIPHER);
		cipher.init(mode, this.encryption, new IvParameterSpec(iv));
		return cipher;
	}

	private static IllegalStateException unavailable(GeneralSecurityException ex) {
		return new IllegalStateException("AES and HMAC-SHA256, which every Java has, cannot be used", ex);
	}

}
