package dev.channels.layer.redis;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.layer.ChannelName;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Script}; what the scripts do is tested with a server.
 */
class ScriptTests {

	private static final Pattern CALL = Pattern.compile("redis\\.p?call\\(([^)]*)\\)");

	private static final Pattern KEY = Pattern.compile("KEYS\\[(\\d)]");

	private final FakeRedis redis = new FakeRedis();

	private final RedisNames names = new RedisNames("asgi");

	@ParameterizedTest
	@EnumSource
	void isSentByItsDigest(Script script) {
		run(script, "a", 1, Script.bytes("b"));
		assertThat(this.redis.received()).containsExactly(script.name() + " k a 1 b");
	}

	@ParameterizedTest
	@EnumSource
	void isSentWholeToAServerThatDoesNotKnowIt(Script script) {
		this.redis.answer(script.name(), new RedisNoScriptException("NOSCRIPT"));
		this.redis.answer("eval", 1L);
		assertThat(run(script, "a")).isCompletedWithValue(1L);
		assertThat(this.redis.received()).hasSize(2)
			.last()
			.asString()
			.startsWith("eval " + FakeRedis.textOf(script))
			.endsWith(" k a");
	}

	@Test
	void isNotRepeatedAfterAnotherFailure() {
		this.redis.answer("STREAM_SEND", new CompletionException(new RedisCommandExecutionException("OOM")));
		assertThat(run(Script.STREAM_SEND, "a")).isCompletedExceptionally();
		assertThat(this.redis.received()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void touchesNothingButItsKeys(Script script) {
		Matcher calls = CALL.matcher(FakeRedis.textOf(script));
		int number = 0;
		while (calls.find()) {
			assertThat(calls.group(1)).satisfiesAnyOf((call) -> assertThat(call).contains("KEYS["),
					(call) -> assertThat(call).isEqualTo("'TIME'"));
			number++;
		}
		assertThat(number).isPositive();
	}

	@ParameterizedTest
	@EnumSource
	void itsKeysAreInOneSlot(Script script) {
		List<String> keys = keysOf(script);
		Matcher used = KEY.matcher(FakeRedis.textOf(script));
		while (used.find()) {
			assertThat(Integer.parseInt(used.group(1))).isLessThanOrEqualTo(keys.size());
		}
		assertThat(keys.stream().map(SlotHash::getSlot).distinct()).hasSize(1);
	}

	private List<String> keysOf(Script script) {
		ChannelName channel = ChannelName.of("jobs");
		return switch (script) {
			case HEARTBEAT -> List.of(this.names.nodesKey());
			case CLAIM_NODE, REMOVE_NODE -> List.of(this.names.nodesKey(), this.names.claimKey("n1"));
			case REAP_GROUPS -> List.of("asgi:members:a");
			case REAP_INDEX -> List.of("asgi:node:a:groups");
			case STREAM_END -> List.of(this.names.workerKey(channel), this.names.deadLettersKey(channel));
			case STREAM_REDELIVER -> List.of(this.names.deadLettersKey(channel), this.names.workerKey(channel));
			case STREAM_DISCARD -> List.of(this.names.deadLettersKey(channel));
			case STREAM_SEND, STREAM_RENEW, STREAM_CLAIM, STREAM_ADOPT, STREAM_RELEASE, STREAM_EXPIRE ->
				List.of(this.names.workerKey(channel));
		};
	}

	private CompletionStage<Object> run(Script script, Object... arguments) {
		return script.run(this.redis.commands(), List.of("k"), arguments);
	}

}
