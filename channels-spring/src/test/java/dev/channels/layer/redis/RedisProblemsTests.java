package dev.channels.layer.redis;

import java.io.IOException;
import java.util.Map;

import dev.channels.ChannelLayerException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisReadOnlyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisProblemsTests {

	@ParameterizedTest
	@CsvSource({ "5.0.14, true", "6.2.7, true", "7.0.15, false", "7.2.4, false", "8.0.0, false", "10.1, false",
			"unknown, false", "'', false" })
	void sevenIsTheOldest(String version, boolean tooOld) {
		assertThat(RedisProblems.isTooOld(version)).isEqualTo(tooOld);
	}

	@Test
	void reasonIsTheDeepest() {
		assertThat(RedisProblems
			.reasonOf(new RedisConnectionException("Unable to connect", new IOException("Connection refused"))))
			.isEqualTo("Connection refused");
		assertThat(RedisProblems.reasonOf(new IOException())).isEqualTo("java.io.IOException");
	}

	@Test
	void reasonOfAnOldRedisSaysWhatToDo() {
		assertThat(RedisProblems.reasonOf(new RedisCommandExecutionException("ERR unknown command `HELLO`, ..")))
			.isEqualTo("ERR unknown command `HELLO`, .. (use Redis 7 or newer)");
	}

	@Test
	void aReplicaIsKnownByWhatItRefuses() {
		assertThat(RedisProblems.isDemotion(new ChannelLayerException("failed",
				new RedisReadOnlyException("READONLY You can't write against a read only replica."))))
			.isTrue();
		assertThat(RedisProblems.isDemotion(new RedisCommandExecutionException("MASTERDOWN Link with MASTER is down")))
			.isTrue();
		assertThat(RedisProblems.isDemotion(new RedisCommandExecutionException("OOM command not allowed"))).isFalse();
		assertThat(RedisProblems.isDemotion(new IOException("READONLY"))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "master, false", "replica, true" })
	void redisSaysWhetherItIsAReplica(String role, boolean replica) {
		FakeRedis redis = new FakeRedis().answer("dispatch",
				Map.of("version", Script.bytes("7.0.15"), "role", Script.bytes(role)));
		assertThat(new RedisProblems("here").isReplica(redis.commands())).isEqualTo(replica);
	}

	@Test
	void whoMayNotAskTakesItForAMaster() {
		FakeRedis redis = new FakeRedis().answer("dispatch", new RedisCommandExecutionException("NOPERM no HELLO"));
		assertThat(new RedisProblems("here").isReplica(redis.commands())).isFalse();
	}

	@Test
	void whoDoesNotAnswerIsNoRedis() {
		FakeRedis redis = new FakeRedis().answer("dispatch", new RedisCommandTimeoutException("timed out"));
		assertThatExceptionOfType(ChannelLayerException.class)
			.isThrownBy(() -> new RedisProblems("here").isReplica(redis.commands()));
	}

}
