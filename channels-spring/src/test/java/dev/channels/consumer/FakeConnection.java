package dev.channels.consumer;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.connection.ServerConnection;
import tools.jackson.databind.ObjectWriter;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A connection that remembers what it is told, with a client that reads when it is told
 * to.
 */
public final class FakeConnection implements ServerConnection {

	private final HttpHeaders headers = new HttpHeaders();

	private final Map<String, String> cookies = new HashMap<>();

	private final MultiValueMap<String, String> queryParams = new LinkedMultiValueMap<>();

	private final Map<String, String> pathVariables = new HashMap<>();

	private final Set<String> groups = new TreeSet<>();

	private final List<Object> sent = new ArrayList<>();

	private final List<Throwable> failures = new ArrayList<>();

	private final List<Runnable> whenEnded = new ArrayList<>();

	private Runnable whenWritable;

	private Principal principal;

	private RuntimeException sendFailure;

	private int window = Integer.MAX_VALUE;

	private boolean ended;

	private boolean closing;

	private final Map<String, Object> sessionAttributes = new HashMap<>();

	private final List<Object> writers = new ArrayList<>();

	private Runnable beforeUnregister = () -> {
	};

	private Runnable beforeWhenWritable = () -> {
	};

	private Runnable afterWhenWritable = () -> {
	};

	FakeConnection pathVariable(String name, String value) {
		this.pathVariables.put(name, value);
		return this;
	}

	FakeConnection queryParam(String name, String value) {
		this.queryParams.add(name, value);
		return this;
	}

	FakeConnection header(String name, String value) {
		this.headers.add(name, value);
		return this;
	}

	FakeConnection cookie(String name, String value) {
		this.cookies.put(name, value);
		return this;
	}

	FakeConnection principal(Principal principal) {
		this.principal = principal;
		return this;
	}

	/**
	 * Let each send fail.
	 */
	FakeConnection refusing(RuntimeException failure) {
		this.sendFailure = failure;
		return this;
	}

	/**
	 * Be writable until this many messages have been sent.
	 */
	synchronized FakeConnection window(int messages) {
		this.window = messages;
		return this;
	}

	/**
	 * Do something on the thread that begins to wait, before it waits.
	 */
	FakeConnection beforeWhenWritable(Runnable action) {
		this.beforeWhenWritable = action;
		return this;
	}

	/**
	 * Do something on the thread that begins to wait, before it is told that it does.
	 */
	FakeConnection afterWhenWritable(Runnable action) {
		this.afterWhenWritable = action;
		return this;
	}

	/**
	 * Do something before an action for the end is forgotten.
	 */
	FakeConnection beforeUnregister(Runnable action) {
		this.beforeUnregister = action;
		return this;
	}

	/**
	 * Let the client read, so that more messages can be sent.
	 */
	void read(int messages) {
		Runnable action;
		synchronized (this) {
			this.window += messages;
			action = this.whenWritable;
			this.whenWritable = null;
		}
		if (action != null) {
			action.run();
		}
	}

	/**
	 * Begin to close: nothing is taken any more.
	 */
	synchronized FakeConnection closing() {
		this.closing = true;
		return this;
	}

	FakeConnection sessionAttribute(String name, Object value) {
		this.sessionAttributes.put(name, value);
		return this;
	}

	/**
	 * Return what the messages were written with, as JSON.
	 */
	synchronized List<String> json() {
		List<String> result = new ArrayList<>();
		for (int i = 0; i < this.sent.size(); i++) {
			ObjectWriter writer = (ObjectWriter) this.writers.get(i);
			result.add((writer != null) ? writer.writeValueAsString(this.sent.get(i))
					: TestContext.MAPPER.writeValueAsString(this.sent.get(i)));
		}
		return result;
	}

	/**
	 * End the connection.
	 */
	void end() {
		List<Runnable> actions;
		synchronized (this) {
			this.ended = true;
			actions = List.copyOf(this.whenEnded);
			this.whenEnded.clear();
		}
		actions.forEach(Runnable::run);
	}

	synchronized List<Object> sent() {
		return List.copyOf(this.sent);
	}

	synchronized List<Throwable> failures() {
		return List.copyOf(this.failures);
	}

	/**
	 * Return how many actions wait for the end of the connection.
	 */
	synchronized int endActions() {
		return this.whenEnded.size();
	}

	@Override
	public void send(Object message) {
		send(message, null);
	}

	@Override
	public void reply(Object message, ObjectWriter writer) {
		send(message, writer);
	}

	@Override
	public synchronized void send(Object message, ObjectWriter writer) {
		if (this.sendFailure != null) {
			throw this.sendFailure;
		}
		this.window--;
		this.sent.add(message);
		this.writers.add(writer);
	}

	@Override
	public synchronized boolean isWritable() {
		return this.window > 0;
	}

	@Override
	public synchronized void fail(Throwable failure) {
		this.failures.add(failure);
	}

	@Override
	public void whenWritable(Runnable action) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void resumeWhenWritable(Runnable action) {
		this.beforeWhenWritable.run();
		if (!isWaiting(action)) {
			action.run();
		}
		this.afterWhenWritable.run();
	}

	private synchronized boolean isWaiting(Runnable action) {
		if (isWritable()) {
			return false;
		}
		this.whenWritable = action;
		return true;
	}

	@Override
	public Runnable whenEnded(Runnable action) {
		synchronized (this) {
			if (!this.ended) {
				this.whenEnded.add(action);
				return () -> remove(action);
			}
		}
		action.run();
		return () -> {
		};
	}

	private void remove(Runnable action) {
		this.beforeUnregister.run();
		synchronized (this) {
			this.whenEnded.remove(action);
		}
	}

	@Override
	public String channelName() {
		return "specific.0123456789abcdef0123456789abcdef!1";
	}

	@Override
	public URI uri() {
		return URI.create("ws://localhost/ws");
	}

	@Override
	public HttpHeaders headers() {
		return this.headers;
	}

	@Override
	public Map<String, String> cookies() {
		return this.cookies;
	}

	@Override
	public MultiValueMap<String, String> queryParams() {
		return this.queryParams;
	}

	@Override
	public Map<String, String> pathVariables() {
		return this.pathVariables;
	}

	@Override
	public List<String> offeredSubprotocols() {
		return List.of();
	}

	@Override
	public String subprotocol() {
		return null;
	}

	@Override
	public InetSocketAddress remoteAddress() {
		return null;
	}

	@Override
	public Principal principal() {
		return this.principal;
	}

	@Override
	public Map<String, Object> sessionAttributes() {
		return this.sessionAttributes;
	}

	@Override
	public Map<String, Object> attributes() {
		return Map.of();
	}

	@Override
	public CompletionStage<Void> join(String group) {
		this.groups.add(group);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public CompletionStage<Void> leave(String group) {
		this.groups.remove(group);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public Set<String> groups() {
		return this.groups;
	}

	@Override
	public void accept(String subprotocol, HttpHeaders headers) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void reject(ProblemDetail problem) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void reject(int status, HttpHeaders headers) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void close(int code, String reason) {
		throw new UnsupportedOperationException();
	}

	@Override
	public synchronized boolean isOpen() {
		return !this.ended && !this.closing;
	}

}
