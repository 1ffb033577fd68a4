package dev.channels.test.redis;

import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Chooses between a container and a process.
 */
final class RedisServerChoice {

	private static final Log logger = LogFactory.getLog(RedisServer.class);

	private static final AtomicBoolean announced = new AtomicBoolean();

	private static final boolean testcontainers = ClassUtils.isPresent("com.redis.testcontainers.RedisContainer",
			RedisServerChoice.class.getClassLoader());

	private RedisServerChoice() {
	}

	static RedisServer start() {
		String forced = System.getProperty(RedisServer.PROPERTY);
		boolean container = inContainer(forced, testcontainers && ContainerRedisServer.isDockerAvailable(),
				RedisProgram.SERVER.problem());
		RedisServer server = container ? ContainerRedisServer.start() : RedisServer.local();
		if (announced.compareAndSet(false, true)) {
			logger.info("Redis for tests: " + server + ((forced != null) ? ", forced by " + RedisServer.PROPERTY : "")
					+ ", version " + server.cli("INFO", "server").replaceAll("(?s).*redis_version:(\\S+).*", "$1"));
		}
		return server;
	}

	/**
	 * Decide on what this machine has.
	 * @param forced the value of the system property
	 * @param docker whether Docker answers
	 * @param localProblem what is wrong with the local program, {@code null} if it may be
	 * used
	 */
	static boolean inContainer(@Nullable String forced, boolean docker, @Nullable String localProblem) {
		if (forced != null && !forced.equals("docker") && !forced.equals("local")) {
			throw new IllegalStateException(
					"System property " + RedisServer.PROPERTY + " is '" + forced + "': use 'docker' or 'local'");
		}
		String dockerHelp = "start Docker and add com.redis:testcontainers-redis to the test's dependencies";
		if ("docker".equals(forced) && !docker) {
			throw new IllegalStateException("System property " + RedisServer.PROPERTY
					+ " asks for Docker, which cannot be used: " + dockerHelp + ", or set it to 'local'");
		}
		if (!docker && localProblem != null && !"local".equals(forced)) {
			throw new IllegalStateException("There is no Redis for this test: " + localProblem + ", or " + dockerHelp);
		}
		return docker && !"local".equals(forced);
	}

}
