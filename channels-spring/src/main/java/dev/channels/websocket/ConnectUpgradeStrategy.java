package dev.channels.websocket;

import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.channels.ConnectionSettings;
import dev.channels.connection.ConnectionManager;
import dev.channels.connection.ConnectionRuntime;
import dev.channels.connection.Handshake;
import dev.channels.connection.HandshakeLog;
import dev.channels.connection.HandshakeResult;
import dev.channels.consumer.Consumers;
import dev.channels.routing.PathRoute;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.RequestUpgradeStrategy;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Lets a consumer decide about a handshake, and upgrades if it accepts. Spring calls an
 * upgrade strategy when all its checks are done; a handshake interceptor would come
 * before them, and let requests from foreign origins reach user code.
 * <p>
 * A decision that is there when the connect handler returns is answered at once. One that
 * is not holds no thread of the server, unless a filter on the way forbids that.
 */
final class ConnectUpgradeStrategy implements RequestUpgradeStrategy {

	/**
	 * How many threads of the server may wait for decisions, where filters forbid to wait
	 * without one: a tenth of the 200 that Tomcat and Jetty have by default.
	 */
	static final int MAX_WAITING_THREADS = 20;

	/**
	 * Decisions have deadlines of their own; this much later a request ends without one.
	 */
	private static final Duration GRACE = Duration.ofSeconds(5);

	private static final String[] VERSIONS = { "13" };

	private final PathRoute route;

	private final List<PathPattern> patterns;

	private final Consumers.Served served;

	private final ConnectionManager connections;

	private final ServletContainer container;

	private final Semaphore waitingThreads;

	private final HandshakeLog log;

	ConnectUpgradeStrategy(PathRoute route, Consumers.Served served, ConnectionManager connections,
			ServletContainer container, Semaphore waitingThreads, HandshakeLog log) {
		this.route = route;
		this.patterns = route.patterns().stream().map(PathPatternParser.defaultInstance::parse).toList();
		this.served = served;
		this.connections = connections;
		this.container = container;
		this.waitingThreads = waitingThreads;
		this.log = log;
	}

	@Override
	public String[] getSupportedVersions() {
		return VERSIONS;
	}

	@Override
	public List<WebSocketExtension> getSupportedExtensions(ServerHttpRequest request) {
		return List.of();
	}

	@Override
	public void upgrade(ServerHttpRequest request, ServerHttpResponse response, @Nullable String selectedProtocol,
			List<WebSocketExtension> selectedExtensions, @Nullable Principal user, WebSocketHandler handler,
			Map<String, Object> attributes) {
		ServletServerHttpRequest servletRequest = (ServletServerHttpRequest) request;
		ContainerUpgrade upgrade = this.container.of(servletRequest.getServletRequest().getServletContext());
		Handshake handshake = HandshakeReader.read(servletRequest, this.patterns, selectedProtocol, user);
		ConnectionRuntime connection = this.connections.create(handshake, this.route.settings(), this.served.layer(),
				this.served.handlers());
		HandshakeAnswer answer = new HandshakeAnswer(upgrade, servletRequest, (ServletServerHttpResponse) response,
				connection, this.log);
		CompletableFuture<HandshakeResult> decision = connection.connect().toCompletableFuture();
		if (decision.isDone()) {
			answer.give(decision.join());
		}
		else if (!PendingHandshake.start(answer, decision, timeout())) {
			await(answer, decision);
		}
	}

	private Duration timeout() {
		ConnectionSettings settings = this.route.settings();
		return settings.connectTimeout().plus(settings.joinTimeout()).plus(GRACE);
	}

	private void await(HandshakeAnswer answer, CompletableFuture<HandshakeResult> decision) {
		if (!this.waitingThreads.tryAcquire()) {
			this.log.tooManyWait(answer.request().getRequestURI(), MAX_WAITING_THREADS);
			refuse(answer);
			return;
		}
		try {
			answer.give(decision.get(timeout().toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			refuse(answer);
		}
		catch (ExecutionException | TimeoutException ex) {
			refuse(answer);
		}
		finally {
			this.waitingThreads.release();
		}
	}

	private static void refuse(HandshakeAnswer answer) {
		answer.abandon();
		answer.giveBusy();
	}

}
