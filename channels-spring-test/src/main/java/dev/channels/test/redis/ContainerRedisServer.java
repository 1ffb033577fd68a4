package dev.channels.test.redis;

import com.redis.testcontainers.RedisContainer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/**
 * A Redis in a container.
 */
final class ContainerRedisServer implements RedisServer {

	private static final DockerImageName IMAGE = DockerImageName.parse("redis:7.2-alpine");

	private final RedisContainer container = new RedisContainer(IMAGE);

	private ContainerRedisServer() {
	}

	static boolean isDockerAvailable() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	static ContainerRedisServer start() {
		ContainerRedisServer server = new ContainerRedisServer();
		server.container.start();
		return server;
	}

	@Override
	public String host() {
		return this.container.getHost();
	}

	@Override
	public int port() {
		return this.container.getFirstMappedPort();
	}

	@Override
	public boolean isRunning() {
		return this.container.isRunning();
	}

	@Override
	public void kill() {
		throw unsupported("killed");
	}

	@Override
	public void restart() {
		throw unsupported("restarted");
	}

	@Override
	public void freeze() {
		throw unsupported("frozen");
	}

	@Override
	public void thaw() {
		throw unsupported("thawed");
	}

	private static UnsupportedOperationException unsupported(String what) {
		return new UnsupportedOperationException(
				"A Redis in a container cannot be " + what + ": start one with RedisServer.local()");
	}

	@Override
	public void close() {
		this.container.stop();
	}

	@Override
	public String toString() {
		return "container of " + IMAGE + " on " + host() + ":" + port();
	}

}
