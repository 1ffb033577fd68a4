package dev.channels.connection;

import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

/**
 * The life of one connection. The container's side calls {@link #connect()}, then
 * {@link #opened} or {@link #upgradeFailed()}, then {@link #received} and at last
 * {@link #closed}; any order, any thread and any repetition is survived.
 * <p>
 * All calls of the handler are made on the handlers' executor: that of connect first, and
 * all others as entries of the mailbox.
 *
 * @since 0.1.0
 */
public final class ConnectionRuntime {

	private static final Log logger = LogFactory.getLog(ConnectionRuntime.class);

	private static final Duration SLOW_CONSUMER_GRACE = Duration.ofSeconds(1);

	private static final CloseStatus SLOW_CONSUMER = CloseStatus.TRY_AGAIN_LATER.withReason("slow consumer");

	private final ConnectionManager manager;

	private final Handshake handshake;

	private final ConnectionSettings settings;

	private final ChannelLayer layer;

	private final ChannelName channelName;

	private final UserConnection connection;

	private final ConnectionHandler.Factory handlerFactory;

	private final HandshakeDecision decision;

	private final HandlerCalls calls;

	private final Memberships memberships;

	private final Inbox inbox;

	private final OutboundQueue outbound;

	private final Outbox outbox;

	private final Watchdog watchdog;

	/**
	 * Created for the first of them. Guarded by this object's monitor.
	 */
	private @Nullable EndActions whenEnded;

	private final AtomicReference<State> state = new AtomicReference<>(State.CONNECTING);

	private volatile @Nullable Transport transport;

	/**
	 * Whether a connection that is accepted from now on has nobody at the other end.
	 */
	private volatile boolean abandoned;

	ConnectionRuntime(ConnectionManager manager, Handshake handshake, ConnectionSettings settings, ChannelLayer layer,
			ConnectionHandler.Factory handlerFactory) {
		this.manager = manager;
		this.handshake = handshake;
		this.settings = settings;
		this.layer = layer;
		this.handlerFactory = handlerFactory;
		this.channelName = layer.newChannel();
		this.connection = new UserConnection(this, handshake);
		this.decision = new HandshakeDecision(handshake);
		this.calls = new HandlerCalls(this, manager.clientErrors(), (code) -> close(new CloseStatus(code)),
				manager.executors(), settings.handlerTimeout());
		this.memberships = new Memberships(layer, this.channelName);
		this.outbound = new OutboundQueue(settings, manager.executors().writers(), manager.corks(), manager.drops(),
				new OutboundListener());
		this.outbox = new Outbox(this.outbound, manager.encoder(), this.calls);
		this.inbox = new Inbox(manager.executors().handlers(), this.outbound, this.calls, this::close);
		this.watchdog = new Watchdog(manager.sweeper(), settings, this.outbound, this.inbox.gate(),
				this.inbox::underWay, () -> ThreadLocalRandom.current().nextDouble(), new WatchdogListener());
	}

	/**
	 * Let the consumer decide about the handshake. Blocks nobody: the consumer is created
	 * and asked on the handlers' executor, and its stage and its joins are waited for
	 * without a thread.
	 * @return completes on {@link ConnectionExecutors#callbacks()} with what to answer,
	 * and never fails. If it is accepted, {@link #opened} or {@link #upgradeFailed()} has
	 * to follow. Whoever does not need the answer any more, since the client went, calls
	 * {@link #upgradeFailed()}
	 */
	public CompletionStage<HandshakeResult> connect() {
		if (this.abandoned || !this.manager.register(this)) {
			refuse(CompletableFuture.completedFuture(null));
			return CompletableFuture.completedStage(HandshakeResult.rejected(503, HttpHeaders.EMPTY));
		}
		CompletableFuture<HandshakeResult> answer = new CompletableFuture<>();
		ConnectPhase phase = new ConnectPhase(this.manager, this.settings, this.decision, this.memberships, this);
		phase.run(this::callConnect).whenComplete((result, failure) -> {
			HandshakeResult told = decided((failure != null) ? failed(failure) : result, phase.handlerDone());
			this.manager.executors().callbacks().execute(() -> answer.complete(told));
		});
		return answer;
	}

	private @Nullable CompletionStage<?> callConnect() throws Exception {
		this.memberships.await(this.layer.subscribe(this.channelName, this.inbox));
		Principal principal = this.handshake.principal();
		if (principal != null) {
			joinUser(principal);
		}
		return HandshakeIdentity.call(principal, () -> this.calls.connect(this.handlerFactory, this.connection));
	}

	private void joinUser(Principal principal) {
		String name = principal.getName();
		if (StringUtils.hasLength(name)) {
			this.memberships.join(GroupName.ofUser(name));
			return;
		}
		this.manager.clientErrors()
			.warn(() -> this + " has a principal without a name (" + principal.getClass().getName()
					+ "): channels.user(..) does not reach it");
	}

	private HandshakeResult failed(Throwable failure) {
		// no decision does this knowingly; without an answer the client would wait
		logger.error("The handshake of " + this + " failed", failure);
		return HandshakeResult.rejected(500, HttpHeaders.EMPTY);
	}

	private HandshakeResult decided(HandshakeResult result, CompletableFuture<Void> handlerDone) {
		if (!result.accepted()) {
			refuse(handlerDone);
			return result;
		}
		this.state.set(State.ACCEPTED);
		if (!this.watchdog.accepted()) {
			logger.debug("The application has ended, " + this + " is not opened");
			this.abandoned = true;
		}
		if (this.abandoned) {
			upgradeFailed();
		}
		return (this.state.get() != State.ENDED) ? result : HandshakeResult.rejected(503, HttpHeaders.EMPTY);
	}

	private void refuse(CompletableFuture<Void> handlerDone) {
		this.state.set(State.ENDED);
		this.outbound.stop();
		leaveLayer();
		runEndActions();
		if (!handlerDone.isDone()) {
			// it took too long, and may still use its consumer; who shuts down does not
			// wait for it
			this.manager.unregister(this);
		}
		handlerDone.thenRun(() -> this.inbox.end(() -> {
			destroy();
			return null;
		}));
	}

	/**
	 * The upgrade is done.
	 * @param transport writes to the client
	 */
	public void opened(Transport transport) {
		if (!this.state.compareAndSet(State.ACCEPTED, State.OPEN)) {
			transport.abort();
			return;
		}
		this.transport = transport;
		if (this.state.get() == State.ENDED) {
			// by a cut that did not see the transport
			transport.abort();
			return;
		}
		this.inbox.gate().start(transport);
		this.watchdog.opened();
		if (this.outbound.closeStatus() != null) {
			this.watchdog.endWithin(this.settings.sendTimeout());
		}
		this.outbound.start(transport);
		this.inbox.open();
	}

	/**
	 * There was no upgrade, or nobody knows. Before the handshake is decided: it will not
	 * come to one, so it is answered 503.
	 */
	public void upgradeFailed() {
		this.abandoned = true;
		if (this.state.compareAndSet(State.ACCEPTED, State.ENDED)) {
			release(CloseStatus.ABNORMAL);
		}
	}

	/**
	 * A part of a message has come, and not the last: from now on the message timeout
	 * runs, until {@link #received}. May be called for each part.
	 */
	public void messageBegun() {
		if (isOpen() && this.inbox.gate().messageBegun()) {
			this.watchdog.lookWithin(this.settings.messageTimeout().dividedBy(4));
		}
	}

	/**
	 * A message has come. It is handled later, on another thread.
	 * @param message the message
	 */
	public void received(ClientMessage message) {
		if (!isOpen()) {
			return;
		}
		this.inbox.received(message);
	}

	/**
	 * A ping has come. It is answered before all that waits; until then nothing more is
	 * read.
	 * @param payload what the pong has to say
	 */
	public void pinged(byte[] payload) {
		this.inbox.gate().pingArrived();
		if (!this.outbound.pong(payload)) {
			this.inbox.gate().pingAnswered();
		}
	}

	/**
	 * A pong has come.
	 */
	public void ponged() {
		this.inbox.gate().pongArrived();
	}

	/**
	 * A message has come that is larger than allowed.
	 */
	public void messageTooBig() {
		close(CloseStatus.TOO_BIG.withReason("message exceeds " + this.settings.maxMessageSize().toBytes() + " bytes"));
	}

	/**
	 * The container says that the connection is closed.
	 * @param status the peer's status or our own
	 */
	public void closed(CloseStatus status) {
		end(status);
	}

	/**
	 * Return the limits of this connection.
	 * @return the settings
	 */
	public ConnectionSettings settings() {
		return this.settings;
	}

	ChannelName channelName() {
		return this.channelName;
	}

	MessageEncoder encoder() {
		return this.manager.encoder();
	}

	Outbox outbox() {
		return this.outbox;
	}

	HandshakeDecision decision() {
		return this.decision;
	}

	Watchdog watchdog() {
		return this.watchdog;
	}

	Memberships memberships() {
		return this.memberships;
	}

	boolean isOpen() {
		return this.state.get() == State.OPEN && this.outbound.closeStatus() == null;
	}

	void fail(Throwable failure) {
		this.inbox.failed(failure);
	}

	void whenWritable(Runnable action) {
		this.outbound.whenWritable(() -> this.inbox.writable(action, this::isOpen));
	}

	Runnable whenEnded(Runnable action) {
		return whenEnded().add(action);
	}

	private synchronized EndActions whenEnded() {
		EndActions actions = this.whenEnded;
		if (actions == null) {
			actions = new EndActions(this);
			this.whenEnded = actions;
			if (this.state.get() == State.ENDED) {
				actions.run();
			}
		}
		return actions;
	}

	void close(CloseStatus status) {
		close(status, this.settings.sendTimeout());
	}

	private void close(CloseStatus status, Duration grace) {
		if (this.outbound.close(status) && this.state.get() == State.OPEN) {
			this.watchdog.endWithin(grace);
		}
	}

	/**
	 * Cut the connection without more ado.
	 */
	void cut() {
		end(CloseStatus.ABNORMAL);
		Transport transport = this.transport;
		if (transport != null) {
			transport.abort();
		}
	}

	/**
	 * End the connection.
	 * @return whether it had not ended before
	 */
	private boolean end(CloseStatus status) {
		this.abandoned = true;
		State before = this.state.getAndUpdate((state) -> (state != State.CONNECTING) ? State.ENDED : state);
		boolean ends = before == State.ACCEPTED || before == State.OPEN;
		if (ends) {
			release(status);
		}
		return ends;
	}

	private void release(CloseStatus status) {
		this.watchdog.ended();
		this.outbound.stop();
		leaveLayer();
		runEndActions();
		CloseStatus requested = this.outbound.closeStatus();
		CloseStatus told = (requested != null && status.code() == CloseStatus.ABNORMAL.code()) ? requested : status;
		this.inbox.end(() -> this.calls.disconnect(told, this::destroy));
	}

	/**
	 * Tell of a handler that does not end, be it that of the disconnect: nobody else
	 * would notice.
	 */
	private void warnOfHandler() {
		this.manager.clientErrors()
			.warn(() -> "A handler has held up " + this + " for " + Watchdog.HELD_UP.toSeconds()
					+ " s: it has not returned, or its stage has not completed (handler-timeout closes such "
					+ "connections)");
	}

	private void leaveLayer() {
		List<CompletableFuture<Void>> awaited = this.memberships.leaveAll();
		try {
			this.layer.unsubscribe(this.channelName);
		}
		catch (RuntimeException ex) {
			// whatever a layer does, the disconnect handler runs
			logger.error("The channel layer could not let go of " + this, ex);
		}
		if (!awaited.isEmpty()) {
			// what follows is the application's, perhaps a handler that waits
			this.manager.executors().callbacks().execute(() -> awaited.forEach((stage) -> stage.complete(null)));
		}
	}

	/**
	 * Called after the state has changed: who adds an action later sees that.
	 */
	private void runEndActions() {
		EndActions actions;
		synchronized (this) {
			actions = this.whenEnded;
		}
		if (actions != null) {
			actions.run();
		}
	}

	private void destroy() {
		this.watchdog.stop();
		this.calls.destroy();
		this.manager.unregister(this);
	}

	@Override
	public String toString() {
		return "connection " + this.channelName + " of " + this.handshake.printablePath();
	}

	private enum State {

		CONNECTING, ACCEPTED, OPEN, ENDED

	}

	private final class OutboundListener implements OutboundQueue.Listener {

		@Override
		public void pinged() {
			ConnectionRuntime.this.watchdog.pinged();
		}

		@Override
		public void ponged() {
			ConnectionRuntime.this.inbox.gate().pingAnswered();
		}

		@Override
		public void closed(CloseStatus status) {
			end(status);
		}

		@Override
		public void failed(Throwable failure) {
			logger.debug("Writing to " + ConnectionRuntime.this + " failed", failure);
			Transport transport = ConnectionRuntime.this.transport;
			if (end(CloseStatus.ABNORMAL) && transport != null) {
				// otherwise the container is closing it in its own way
				transport.abort();
			}
		}

		@Override
		public void overflowed() {
			close(SLOW_CONSUMER, SLOW_CONSUMER_GRACE);
		}

		@Override
		public String toString() {
			return "message for " + ConnectionRuntime.this;
		}

	}

	private final class WatchdogListener implements Watchdog.Listener {

		@Override
		public void notOpened() {
			upgradeFailed();
		}

		@Override
		public void overdue(CloseStatus status) {
			close(status, ConnectionRuntime.this.settings.sendTimeout());
		}

		@Override
		public void heldUp() {
			warnOfHandler();
		}

		@Override
		public void lost() {
			cut();
		}

	}

}
