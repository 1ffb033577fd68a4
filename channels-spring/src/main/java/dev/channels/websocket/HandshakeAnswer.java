package dev.channels.websocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import dev.channels.connection.ConnectionRuntime;
import dev.channels.connection.HandshakeLog;
import dev.channels.connection.HandshakeResult;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;

/**
 * Answers one handshake: with a refusal, or with an upgrade. Used by the thread to which
 * the request belongs at the time.
 */
final class HandshakeAnswer {

	private static final Log logger = LogFactory.getLog(HandshakeAnswer.class);

	private static final String RETRY_AFTER_SECONDS = "1";

	private final ContainerUpgrade container;

	private final ServletServerHttpRequest request;

	private final ServletServerHttpResponse response;

	private final ConnectionRuntime connection;

	private final HandshakeLog log;

	HandshakeAnswer(ContainerUpgrade container, ServletServerHttpRequest request, ServletServerHttpResponse response,
			ConnectionRuntime connection, HandshakeLog log) {
		this.container = container;
		this.request = request;
		this.response = response;
		this.connection = connection;
		this.log = log;
	}

	HttpServletRequest request() {
		return this.request.getServletRequest();
	}

	HttpServletResponse response() {
		return this.response.getServletResponse();
	}

	/**
	 * Answer what was decided.
	 */
	void give(HandshakeResult result) {
		HttpServletResponse response = response();
		result.headers().forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
		if (result.accepted()) {
			upgrade(result);
		}
		else {
			refuse(result);
		}
	}

	private void refuse(HandshakeResult result) {
		HttpServletResponse response = response();
		response.setStatus(result.status());
		String body = result.body();
		if (body == null) {
			return;
		}
		try {
			response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			logger.debug("The client of " + this.connection + " has gone", ex);
		}
	}

	/**
	 * Ask the client to come again: nobody can wait for the decision.
	 */
	void giveBusy() {
		HttpServletResponse response = response();
		if (!response.isCommitted()) {
			response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
			response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
		}
	}

	/**
	 * There is nobody left to answer.
	 */
	void abandon() {
		this.connection.upgradeFailed();
	}

	private void upgrade(HandshakeResult result) {
		try {
			if (this.container.upgrade(this.request, this.response, result.subprotocol(), this.connection)) {
				return;
			}
			logger.debug("The server refused to upgrade " + this.connection);
			fail(HttpServletResponse.SC_BAD_REQUEST);
		}
		catch (Exception ex) {
			if (NestedExceptionUtils.getMostSpecificCause(ex) instanceof IOException) {
				logger.debug("The client of " + this.connection + " has gone", ex);
				fail(HttpServletResponse.SC_BAD_REQUEST);
			}
			else {
				this.log.failed(request().getRequestURI(), ex);
				fail(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
			}
		}
	}

	private void fail(int status) {
		this.connection.upgradeFailed();
		HttpServletResponse response = response();
		if (!response.isCommitted() && response.getStatus() < HttpServletResponse.SC_BAD_REQUEST) {
			response.setStatus(status);
		}
	}

}
