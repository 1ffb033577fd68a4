package dev.channels.connection;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.channels.ConnectionRejectedException;
import dev.channels.ConnectionSettings;
import dev.channels.InvalidMessageException;
import dev.channels.InvalidNameException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The time between a client's request and our answer: runs the connect handler on the
 * thread of the request and turns whatever comes of it into a status.
 */
final class ConnectPhase {

	private static final Log logger = LogFactory.getLog(ConnectPhase.class);

	private final ConnectionManager manager;

	private final ConnectionSettings settings;

	private final HandshakeDecision decision;

	private final Memberships memberships;

	private final Object connection;

	ConnectPhase(ConnectionManager manager, ConnectionSettings settings, HandshakeDecision decision,
			Memberships memberships, Object connection) {
		this.manager = manager;
		this.settings = settings;
		this.decision = decision;
		this.memberships = memberships;
		this.connection = connection;
	}

	HandshakeResult run(ConnectCall connect) {
		try {
			return decide(connect);
		}
		catch (ConnectionRejectedException ex) {
			return HandshakeResult.rejected(ex.status(), ex.headers());
		}
		catch (InvalidNameException | InvalidMessageException ex) {
			this.manager.clientErrors().warn(() -> this.connection + " refused: " + ex.getMessage());
			return HandshakeResult.rejected(400, HttpHeaders.EMPTY);
		}
		catch (TimeoutException ex) {
			this.manager.clientErrors()
				.warn(() -> this.connection + " refused: its @OnConnect handler did not complete within "
						+ this.settings.connectTimeout());
			return HandshakeResult.rejected(503, HttpHeaders.EMPTY);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return HandshakeResult.rejected(503, HttpHeaders.EMPTY);
		}
		catch (Throwable ex) {
			logger.error("The @OnConnect handler of " + this.connection + " failed", ex);
			return HandshakeResult.rejected(500, HttpHeaders.EMPTY);
		}
	}

	private HandshakeResult decide(ConnectCall connect) throws Throwable {
		CompletionStage<?> stage = connect.call();
		if (stage != null) {
			await(stage);
		}
		HandshakeResult result = this.decision.complete();
		if (result.accepted() && !this.memberships.awaitPending(this.settings.joinTimeout())) {
			this.manager.clientErrors()
				.warn(() -> this.connection + " opens before its joins are in effect: the channel layer has not "
						+ "acknowledged them within " + this.settings.joinTimeout());
		}
		return result;
	}

	private void await(CompletionStage<?> stage) throws Throwable {
		try {
			stage.toCompletableFuture().get(this.settings.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
	}

	/**
	 * Calls the connect handler.
	 */
	@FunctionalInterface
	interface ConnectCall {

		@Nullable CompletionStage<?> call() throws Exception;

	}

}
