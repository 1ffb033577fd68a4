package dev.channels.connection;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import dev.channels.CloseStatus;
import dev.channels.layer.GroupName;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.util.MultiValueMap;

/**
 * The connection as its consumer sees it.
 */
final class UserConnection implements ServerConnection {

	private final ConnectionRuntime runtime;

	private final Handshake handshake;

	/**
	 * Created when they are asked for.
	 */
	private volatile @Nullable Map<String, Object> attributes;

	UserConnection(ConnectionRuntime runtime, Handshake handshake) {
		this.runtime = runtime;
		this.handshake = handshake;
	}

	@Override
	public String channelName() {
		return this.runtime.channelName().value();
	}

	@Override
	public URI uri() {
		return this.handshake.uri();
	}

	@Override
	public HttpHeaders headers() {
		return this.handshake.headers();
	}

	@Override
	public Map<String, String> cookies() {
		return this.handshake.cookies();
	}

	@Override
	public MultiValueMap<String, String> queryParams() {
		return this.handshake.queryParams();
	}

	@Override
	public Map<String, String> pathVariables() {
		return this.handshake.pathVariables();
	}

	@Override
	public List<String> offeredSubprotocols() {
		return this.handshake.offeredSubprotocols();
	}

	@Override
	public @Nullable String subprotocol() {
		return this.runtime.decision().subprotocol();
	}

	@Override
	public @Nullable InetSocketAddress remoteAddress() {
		return this.handshake.remoteAddress();
	}

	@Override
	public @Nullable Principal principal() {
		return this.handshake.principal();
	}

	@Override
	public Map<String, Object> sessionAttributes() {
		return this.handshake.sessionAttributes();
	}

	@Override
	public Map<String, Object> attributes() {
		Map<String, Object> attributes = this.attributes;
		return (attributes != null) ? attributes : createAttributes();
	}

	private synchronized Map<String, Object> createAttributes() {
		Map<String, Object> attributes = this.attributes;
		if (attributes == null) {
			attributes = new ConcurrentHashMap<>(4);
			this.attributes = attributes;
		}
		return attributes;
	}

	@Override
	public CompletionStage<Void> join(String group) {
		return this.runtime.memberships().join(GroupName.of(group));
	}

	@Override
	public CompletionStage<Void> leave(String group) {
		return this.runtime.memberships().leave(GroupName.of(group));
	}

	@Override
	public Set<String> groups() {
		return this.runtime.memberships().groups();
	}

	@Override
	public void send(Object message) {
		this.runtime.outbox().send(message, null);
	}

	@Override
	public void reply(Object message) {
		this.runtime.outbox().reply(message, null);
	}

	@Override
	public void send(Object message, @Nullable ObjectWriter writer) {
		this.runtime.outbox().send(message, writer);
	}

	@Override
	public void reply(Object message, @Nullable ObjectWriter writer) {
		this.runtime.outbox().reply(message, writer);
	}

	@Override
	public void accept(@Nullable String subprotocol, HttpHeaders headers) {
		this.runtime.decision().accept(subprotocol, headers);
	}

	@Override
	public void reject(int status, HttpHeaders headers) {
		this.runtime.decision().reject(status, headers, null);
	}

	@Override
	public void reject(ProblemDetail problem) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		this.runtime.decision().reject(problem.getStatus(), headers, this.runtime.encoder().encodeProblem(problem));
	}

	@Override
	public void close(int code, String reason) {
		this.runtime.close(new CloseStatus(code, reason).sendable());
	}

	@Override
	public boolean isOpen() {
		return this.runtime.isOpen();
	}

	@Override
	public boolean isWritable() {
		return this.runtime.outbox().isWritable();
	}

	@Override
	public void fail(Throwable failure) {
		this.runtime.fail(failure);
	}

	@Override
	public void whenWritable(Runnable action) {
		this.runtime.whenWritable(action);
	}

	@Override
	public void resumeWhenWritable(Runnable action) {
		this.runtime.outbox().whenWritable(action);
	}

	@Override
	public Runnable whenEnded(Runnable action) {
		return this.runtime.whenEnded(action);
	}

	@Override
	public String toString() {
		return this.runtime.toString();
	}

}
