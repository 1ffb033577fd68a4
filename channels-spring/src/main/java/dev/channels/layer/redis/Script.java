package dev.channels.layer.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;

import org.springframework.core.io.ClassPathResource;

/**
 * The scripts that run within Redis. Each touches one slot of a cluster. They are sent by
 * their digest, and whole where Redis does not know them (any more).
 */
enum Script {

	HEARTBEAT, CLAIM_NODE, REAP_GROUPS, REAP_INDEX, REMOVE_NODE, STREAM_SEND, STREAM_RENEW, STREAM_END, STREAM_CLAIM,
	STREAM_ADOPT, STREAM_RELEASE, STREAM_EXPIRE, STREAM_REDELIVER, STREAM_DISCARD;

	private final String text;

	private final String digest;

	Script() {
		try {
			this.text = new ClassPathResource(name().toLowerCase(Locale.ROOT) + ".lua", Script.class)
				.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.digest = Base16.digest(this.text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Run the script.
	 * @param <T> {@code Long}, or {@code List} of {@code Long}, {@code byte[]} and
	 * {@code List}
	 */
	<T> CompletionStage<T> run(RedisClusterAsyncCommands<String, byte[]> commands, List<String> keys,
			Object... arguments) {
		ScriptOutputType type = isNumber() ? ScriptOutputType.INTEGER : ScriptOutputType.MULTI;
		String[] keyArray = keys.toArray(String[]::new);
		byte[][] values = new byte[arguments.length][];
		for (int i = 0; i < arguments.length; i++) {
			values[i] = (arguments[i] instanceof byte[] bytes) ? bytes : bytes(arguments[i].toString());
		}
		CompletionStage<T> first = commands.evalsha(this.digest, type, keyArray, values);
		return first.exceptionallyCompose((failure) -> {
			if (failure instanceof RedisNoScriptException || failure.getCause() instanceof RedisNoScriptException) {
				return commands.eval(this.text, type, keyArray, values);
			}
			throw new CompletionException(failure);
		});
	}

	private boolean isNumber() {
		return this == CLAIM_NODE || this == REAP_INDEX || this == REMOVE_NODE || this == STREAM_END
				|| this == STREAM_RELEASE || this == STREAM_DISCARD;
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String text(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

}
