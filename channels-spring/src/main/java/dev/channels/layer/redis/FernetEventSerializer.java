package dev.channels.layer.redis;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

import dev.channels.layer.EventContent;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.UndecodableEventException;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what another serializer writes, as Django Channels does with its
 * {@code symmetric_encryption_keys}: nodes with the same keys read each other, whoever
 * else reads Redis learns the names of channels and groups and the sizes of events, no
 * more. Safe for use by many threads.
 * <p>
 * An event becomes a Fernet token: Base64 for URLs, with padding, of
 * {@code 80 || seconds since 1970, 8 bytes || IV, 16 bytes || AES-128-CBC, PKCS #7 ||
 * HMAC-SHA256 of all before}. The SHA-256 of a configured key in UTF-8 is the HMAC key
 * and the AES key, 16 bytes each.
 * <p>
 * The first key encrypts, all decrypt. To change keys, add the new one at the end of the
 * list on all nodes, then move it to the beginning on all nodes, then remove the old one.
 * <p>
 * The age of a token is not checked, nor does Django's pub/sub layer: events are not kept
 * there, and a node with a wrong clock stays reachable. Who can write to Redis but has no
 * key cannot make an event, but can repeat one that it saw.
 *
 * @since 0.1.0
 */
public final class FernetEventSerializer implements EventSerializer {

	private static final SecureRandom random = new SecureRandom();

	private static final byte VERSION = (byte) 0x80;

	private static final int TIME_LENGTH = Long.BYTES;

	private static final int HEAD_LENGTH = 1 + TIME_LENGTH + FernetKey.IV_LENGTH;

	private static final int MIN_LENGTH = HEAD_LENGTH + FernetKey.BLOCK_LENGTH + FernetKey.MAC_LENGTH;

	private final EventSerializer delegate;

	private final List<FernetKey> keys;

	private final InstantSource clock;

	private final Supplier<byte[]> ivs;

	/**
	 * Create a serializer.
	 * @param delegate writes and reads what is inside
	 * @param keys the keys, of which the first encrypts
	 * @throws IllegalArgumentException if there is no key, or one that is blank or there
	 * twice
	 */
	public FernetEventSerializer(EventSerializer delegate, List<String> keys) {
		this(delegate, keys, InstantSource.system(), FernetEventSerializer::randomIv);
	}

	FernetEventSerializer(EventSerializer delegate, List<String> keys, InstantSource clock, Supplier<byte[]> ivs) {
		this.delegate = delegate;
		this.keys = derive(keys);
		this.clock = clock;
		this.ivs = ivs;
	}

	@Override
	public boolean isTyped() {
		return this.delegate.isTyped();
	}

	/**
	 * Write an event.
	 * @param event a JSON object
	 * @return a token in ASCII
	 */
	@Override
	public byte[] write(EventContent event) {
		FernetKey key = this.keys.get(0);
		byte[] iv = this.ivs.get();
		byte[] content = key.encrypt(this.delegate.write(event), iv);
		ByteBuffer token = ByteBuffer.allocate(HEAD_LENGTH + content.length + FernetKey.MAC_LENGTH);
		token.put(VERSION).putLong(this.clock.instant().getEpochSecond()).put(iv).put(content);
		token.put(key.sign(token.array(), token.position()));
		return Base64.getUrlEncoder().encode(token.array());
	}

	/**
	 * Read an event.
	 * @param bytes a token in ASCII, written with any of the keys
	 * @return what is inside
	 * @throws UndecodableEventException if the bytes are no token, were encrypted with
	 * another key, or were changed
	 * @throws RuntimeException if the delegate cannot read what is inside
	 */
	@Override
	public EventContent read(byte[] bytes) {
		byte[] token = decode(bytes);
		if (token == null) {
			throw new UndecodableEventException(bytes.length
					+ " bytes that are not encrypted: sent by a node without 'encryption-keys', or damaged");
		}
		byte[] content = null;
		for (int i = 0; content == null && i < this.keys.size(); i++) {
			content = open(token, this.keys.get(i));
		}
		if (content == null) {
			throw new UndecodableEventException(
					bytes.length + " bytes encrypted with a key that is not configured, or damaged");
		}
		return this.delegate.read(content);
	}

	private static byte @Nullable [] open(byte[] token, FernetKey key) {
		int signed = token.length - FernetKey.MAC_LENGTH;
		if (!key.verify(token, signed)) {
			return null;
		}
		byte[] iv = Arrays.copyOfRange(token, 1 + TIME_LENGTH, HEAD_LENGTH);
		return key.decrypt(token, HEAD_LENGTH, signed, iv);
	}

	private static byte @Nullable [] decode(byte[] bytes) {
		byte[] token;
		try {
			token = Base64.getUrlDecoder().decode(bytes);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
		boolean shaped = token.length >= MIN_LENGTH && token[0] == VERSION
				&& (token.length - MIN_LENGTH) % FernetKey.BLOCK_LENGTH == 0;
		// the decoder ignores the last bits and missing padding, which no HMAC covers
		return (shaped && Arrays.equals(Base64.getUrlEncoder().encode(token), bytes)) ? token : null;
	}

	private static List<FernetKey> derive(List<String> keys) {
		if (keys.isEmpty()) {
			throw new IllegalArgumentException(
					"'encryption-keys' is empty: give at least one key, or leave the property out");
		}
		List<FernetKey> result = new ArrayList<>();
		for (int i = 0; i < keys.size(); i++) {
			String key = keys.get(i);
			if (key == null || key.isBlank()) {
				throw new IllegalArgumentException("'encryption-keys[" + i + "]' is blank: give a key, or remove it");
			}
			int first = keys.indexOf(key);
			if (first < i) {
				throw new IllegalArgumentException(
						"'encryption-keys[" + i + "]' is the same key as 'encryption-keys[" + first + "]': remove one");
			}
			result.add(FernetKey.of(key));
		}
		return List.copyOf(result);
	}

	private static byte[] randomIv() {
		byte[] iv = new byte[FernetKey.IV_LENGTH];
		random.nextBytes(iv);
		return iv;
	}

}
