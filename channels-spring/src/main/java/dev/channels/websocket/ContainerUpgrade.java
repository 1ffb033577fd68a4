package dev.channels.websocket;

import dev.channels.connection.ConnectionRuntime;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;

/**
 * Upgrades a request in one kind of servlet container.
 */
interface ContainerUpgrade {

	/**
	 * Upgrade a request whose checks are done. The connection is told when it is open,
	 * which may be before or after this returns, or never.
	 * @param subprotocol the subprotocol to answer with, or {@code null}
	 * @return {@code false} if the container refused the client's request
	 * @throws Exception if the upgrade failed; with an {@link java.io.IOException} as its
	 * cause if the client has gone
	 */
	boolean upgrade(ServletServerHttpRequest request, ServletServerHttpResponse response, @Nullable String subprotocol,
			ConnectionRuntime connection) throws Exception;

}
