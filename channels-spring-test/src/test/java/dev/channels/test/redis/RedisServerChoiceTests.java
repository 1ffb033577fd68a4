package dev.channels.test.redis;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link RedisServerChoice} and {@link RedisProgram}.
 */
class RedisServerChoiceTests {

	private static final String PROBLEM = "redis-server does not start: install it";

	@Test
	void takesDockerWhereItAnswers() {
		assertThat(RedisServerChoice.inContainer(null, true, null)).isTrue();
		assertThat(RedisServerChoice.inContainer(null, true, PROBLEM)).isTrue();
	}

	@Test
	void takesTheLocalProgramElse() {
		assertThat(RedisServerChoice.inContainer(null, false, null)).isFalse();
	}

	@Test
	void thePropertyForcesEither() {
		assertThat(RedisServerChoice.inContainer("local", true, null)).isFalse();
		assertThat(RedisServerChoice.inContainer("docker", true, null)).isTrue();
	}

	@Test
	void saysWhatToInstallWhenThereIsNeither() {
		assertThatIllegalStateException().isThrownBy(() -> RedisServerChoice.inContainer(null, false, PROBLEM))
			.withMessage("There is no Redis for this test: redis-server does not start: install it, "
					+ "or start Docker and add com.redis:testcontainers-redis to the test's dependencies");
	}

	@Test
	void saysWhatToDoWhenForcedDockerDoesNotAnswer() {
		assertThatIllegalStateException().isThrownBy(() -> RedisServerChoice.inContainer("docker", false, null))
			.withMessage("System property channels.test.redis asks for Docker, which cannot be used: start Docker "
					+ "and add com.redis:testcontainers-redis to the test's dependencies, or set it to 'local'");
	}

	@Test
	void refusesAnUnknownValue() {
		assertThatIllegalStateException().isThrownBy(() -> RedisServerChoice.inContainer("podman", true, null))
			.withMessage("System property channels.test.redis is 'podman': use 'docker' or 'local'");
	}

	@Test
	void readsTheVersion() {
		assertThat(RedisProgram.SERVER.problemOf("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc bits=64"))
			.isNull();
		assertThat(RedisProgram.SERVER.problemOf("Valkey server v=8.1.1 sha=0")).isNull();
		assertThat(RedisProgram.SERVER.problemOf("Redis server v=6.2.11 sha=0"))
			.isEqualTo("redis-server is too old (Redis server v=6.2.11 sha=0): "
					+ "install Redis 7 or newer (package 'redis-server' of Debian and Ubuntu)");
		assertThat(RedisProgram.SENTINEL.problemOf("hello"))
			.isEqualTo("redis-sentinel does not tell its version but 'hello': "
					+ "install Redis 7 or newer (package 'redis-sentinel' of Debian and Ubuntu)");
	}

}
