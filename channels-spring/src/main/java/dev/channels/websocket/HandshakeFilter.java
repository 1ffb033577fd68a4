package dev.channels.websocket;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Answers handshakes that had to wait. To be registered for asynchronous dispatches only,
 * before all other filters: they have seen the handshake already.
 *
 * @since 0.1.0
 */
public final class HandshakeFilter implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (!PendingHandshake.resume(request)) {
			chain.doFilter(request, response);
		}
	}

}
