package dev.channels.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import dev.channels.ChannelLayerException;
import dev.channels.ConnectionRejectedException;
import dev.channels.InvalidMessageException;
import dev.channels.InvalidNameException;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link ConnectPhase}.
 */
class ConnectPhaseTests {

	private static final Duration SHORT = Duration.ofMillis(1);

	private static final Duration LONG = Duration.ofSeconds(10);

	private final CapturedLog log = CapturedLog.of(ConnectPhase.class);

	private final CapturedLog warnings = CapturedLog.of(ConnectionManager.class);

	private final ConnectionExecutors executors = new ConnectionExecutors(false, 1, 1);

	private final ConnectionManager manager = new ConnectionManager(this.executors, JsonMapper.builder().build(),
			new DropCounter());

	private final RecordingLayer layer = new RecordingLayer();

	private final Memberships memberships = new Memberships(this.layer, ChannelName.of("specific.node!1"));

	private final HandshakeDecision decision = new HandshakeDecision(Handshakes.anonymous());

	private final SettingsBuilder settings = new SettingsBuilder();

	private final CompletableFuture<Void> never = new CompletableFuture<>();

	@AfterEach
	void release() {
		this.executors.close();
		this.log.close();
		this.warnings.close();
	}

	@Test
	void returningAccepts() {
		assertThat(run(() -> null).accepted()).isTrue();
		assertNothingLogged();
	}

	@Test
	void awaitsAStage() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		CompletionStage<?> rejecting = stage.thenRun(() -> this.decision.reject(403, HttpHeaders.EMPTY, null));
		Thread completer = new Thread(() -> stage.complete(null));
		HandshakeResult result = run(() -> {
			completer.start();
			return rejecting;
		});
		assertThat(result.status()).isEqualTo(403);
	}

	@Test
	void aRejectionIsAnswered() {
		HttpHeaders headers = new HttpHeaders();
		headers.add("Retry-After", "5");
		HandshakeResult result = run(() -> {
			this.decision.reject(429, headers, null);
			return null;
		});
		assertThat(result).isEqualTo(HandshakeResult.rejected(429, headers));
		assertNothingLogged();
	}

	@Test
	void aRejectionMayBeThrown() {
		HttpHeaders headers = new HttpHeaders();
		headers.add("Retry-After", "5");
		HandshakeResult result = run(() -> {
			throw new ConnectionRejectedException(429, headers);
		});
		assertThat(result).isEqualTo(HandshakeResult.rejected(429, headers));
		assertNothingLogged();
	}

	@Test
	void aRejectionMayBeThrownByAStage() {
		HandshakeResult result = run(() -> CompletableFuture.completedFuture(null).thenRun(() -> {
			throw new ConnectionRejectedException(401);
		}));
		assertThat(result.status()).isEqualTo(401);
		assertNothingLogged();
	}

	@Test
	void aRejectionIsThrownEvenAfterAnAccept() {
		HandshakeResult result = run(() -> {
			this.decision.accept(null, HttpHeaders.EMPTY);
			throw new ConnectionRejectedException(401);
		});
		assertThat(result.status()).isEqualTo(401);
	}

	@Test
	void anIllegalNameIsTheClientsFault() {
		HandshakeResult result = run(() -> {
			throw new InvalidNameException("Group name 'a b' is not legal");
		});
		assertThat(result.status()).isEqualTo(400);
		assertThat(this.warnings.messages())
			.containsExactly("connection c1 refused with status 400: Group name 'a b' is not legal");
		assertThat(this.warnings.levels()).containsExactly(Level.WARN);
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void anInvalidMessageIsTheClientsFault() {
		HandshakeResult result = run(
				() -> CompletableFuture.failedFuture(new InvalidMessageException(1008, "no id", null)));
		assertThat(result.status()).isEqualTo(400);
		assertThat(this.warnings.messages()).containsExactly("connection c1 refused with status 400: no id");
	}

	@Test
	void anyOtherFailureIsOurs() {
		HandshakeResult result = run(() -> {
			throw new IllegalStateException("no database");
		});
		assertThat(result.status()).isEqualTo(500);
		assertFailed("java.lang.IllegalStateException: no database");
	}

	@Test
	void aStageThatFailsIsOurFault() {
		HandshakeResult result = run(() -> CompletableFuture.completedFuture(null).thenRun(() -> {
			throw new IllegalStateException("no database");
		}));
		assertThat(result.status()).isEqualTo(500);
		assertFailed("java.lang.IllegalStateException: no database");
	}

	@Test
	void anErrorIsOurFault() {
		HandshakeResult result = run(() -> {
			throw new AssertionError("never");
		});
		assertThat(result.status()).isEqualTo(500);
		assertFailed("java.lang.AssertionError: never");
	}

	@Test
	void aStageThatIsCancelledIsOurFault() {
		this.never.cancel(false);
		assertThat(run(() -> this.never).status()).isEqualTo(500);
	}

	@Test
	void aStageThatDoesNotCompleteIsNotAwaitedForEver() {
		this.settings.connectTimeout(SHORT);
		assertThat(run(() -> this.never).status()).isEqualTo(503);
		assertThat(this.warnings.messages())
			.containsExactly("connection c1 refused: its @OnConnect handler did not complete within PT0.001S");
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void aHandlerThatDoesNotReturnIsNotAwaitedForEver() {
		CountDownLatch goOn = new CountDownLatch(1);
		this.settings.connectTimeout(SHORT);
		assertThat(run(() -> {
			goOn.await();
			return null;
		}).status()).isEqualTo(503);
		assertThatIllegalStateException().isThrownBy(() -> this.decision.accept(null, HttpHeaders.EMPTY))
			.withMessageStartingWith("Cannot accept the connection: it was rejected before");
		goOn.countDown();
	}

	@Test
	void aHandlerThatIsNotReachedInTimeIsNotCalled() {
		CountDownLatch goOn = new CountDownLatch(1);
		this.executors.handlers().execute(() -> await(goOn));
		this.settings.connectTimeout(SHORT);
		AtomicInteger calls = new AtomicInteger();
		ConnectPhase phase = create();
		assertThat(phase.run(() -> {
			calls.incrementAndGet();
			return null;
		}).orTimeout(10, TimeUnit.SECONDS).join().status()).isEqualTo(503);
		assertThat(phase.handlerDone()).isNotDone();
		goOn.countDown();
		assertThat(phase.handlerDone()).succeedsWithin(LONG);
		assertThat(calls).hasValue(0);
	}

	@Test
	void aTimeoutOfTheApplicationIsNoneOfOurs() {
		HandshakeResult result = run(() -> {
			throw new TimeoutException("database");
		});
		assertThat(result.status()).isEqualTo(500);
		assertFailed("java.util.concurrent.TimeoutException: database");
	}

	@Test
	void theCallerIsNotBlocked() {
		CountDownLatch goOn = new CountDownLatch(1);
		CompletableFuture<HandshakeResult> result = create().run(() -> {
			goOn.await();
			return null;
		});
		assertThat(result).isNotDone();
		goOn.countDown();
		assertThat(result.orTimeout(10, TimeUnit.SECONDS).join().accepted()).isTrue();
	}

	@Test
	void whatStandsForAStatusInAControllerDoesSoHere() {
		assertRefused(new ResponseStatusException(HttpStatus.NOT_FOUND, "no\nroom"), 404, "404 NOT_FOUND \"no?room\"");
		assertRefused(new Gone("closed"), 410, "closed");
		assertRefused(new AccessDeniedException("not yours"), 403, "not yours");
		assertRefused(new BadCredentialsException("who are you"), 401, "who are you");
		assertRefused(new ChannelLayerException("Redis is away"), 503, "Redis is away");
	}

	private void assertRefused(RuntimeException failure, int status, String text) {
		try (CapturedLog warned = CapturedLog.of(ConnectionManager.class)) {
			ConnectionManager fresh = new ConnectionManager(this.executors, JsonMapper.builder().build(),
					new DropCounter());
			HandshakeResult result = new ConnectPhase(fresh, this.settings.build(), this.decision, this.memberships,
					"connection c1")
				.run(() -> {
					throw failure;
				})
				.orTimeout(10, TimeUnit.SECONDS)
				.join();
			assertThat(result.status()).isEqualTo(status);
			assertThat(warned.messages()).containsExactly("connection c1 refused with status " + status + ": " + text);
			assertThat(warned.causes()).containsOnlyNulls();
		}
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void headersOfAnExceptionThatWouldBreakTheResponseAreLeftOut() {
		HttpHeaders headers = new HttpHeaders();
		headers.add("X-Room", "a\r\nSet-Cookie: b");
		HandshakeResult result = run(() -> {
			throw new ConnectionRejectedException(429, headers);
		});
		assertThat(result).isEqualTo(HandshakeResult.rejected(429, HttpHeaders.EMPTY));
		assertThat(this.warnings.messages()).containsExactly("connection c1 is refused without the headers of the "
				+ "exception: The value of header 'X-Room' has a line break");
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void refusesWhenTheApplicationHasEnded() {
		this.executors.close();
		assertThat(run(() -> null).status()).isEqualTo(503);
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void awaitsJoins() {
		CompletableFuture<Void> joined = new CompletableFuture<>();
		Thread completer = new Thread(() -> joined.complete(null));
		HandshakeResult result = run(() -> {
			this.layer.answering(joined);
			this.memberships.join(GroupName.of("a"));
			completer.start();
			return null;
		});
		assertThat(result.accepted()).isTrue();
		assertThat(joined).isCompleted();
		assertNothingLogged();
	}

	@Test
	void opensBeforeJoinsAreInEffectIfTheyTakeTooLong() {
		this.settings.joinTimeout(SHORT);
		HandshakeResult result = run(() -> {
			this.layer.answering(this.never);
			this.memberships.join(GroupName.of("a"));
			return null;
		});
		assertThat(result.accepted()).isTrue();
		assertThat(this.warnings.messages()).containsExactly("connection c1 opens before its joins are in effect: "
				+ "the channel layer has not acknowledged them within PT0.001S");
	}

	@Test
	void doesNotAwaitJoinsOfARefusedConnection() {
		HandshakeResult result = run(() -> {
			this.layer.answering(this.never);
			this.memberships.join(GroupName.of("a"));
			this.decision.reject(403, HttpHeaders.EMPTY, null);
			return null;
		});
		assertThat(result.status()).isEqualTo(403);
		assertNothingLogged();
	}

	private ConnectPhase create() {
		return new ConnectPhase(this.manager, this.settings.build(), this.decision, this.memberships, "connection c1");
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HandshakeResult run(ConnectPhase.ConnectCall call) {
		return create().run(call).orTimeout(10, TimeUnit.SECONDS).join();
	}

	private void assertFailed(String cause) {
		assertThat(this.log.messages()).containsExactly("The @OnConnect handler of connection c1 failed");
		assertThat(this.log.levels()).containsExactly(Level.ERROR);
		assertThat(this.log.causes()).containsExactly(cause);
		assertThat(this.warnings.messages()).isEmpty();
	}

	@ResponseStatus(HttpStatus.GONE)
	private static final class Gone extends RuntimeException {

		Gone(String message) {
			super(message);
		}

	}

	private void assertNothingLogged() {
		assertThat(this.log.messages()).isEmpty();
		assertThat(this.warnings.messages()).isEmpty();
	}

}
