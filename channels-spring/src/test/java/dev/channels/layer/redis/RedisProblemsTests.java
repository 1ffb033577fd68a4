package dev.channels.layer.redis;

import java.io.IOException;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

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

}
