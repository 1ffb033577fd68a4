package dev.channels.test.redis;

import java.io.UncheckedIOException;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link RedisServer} with a process of this machine.
 */
class RedisServerIntegrationTests {

	private final RedisServer redis = RedisServer.local();

	@AfterEach
	void close() {
		this.redis.close();
	}

	@Test
	void startsWhatTheMachineOffers() {
		try (RedisServer chosen = RedisServer.start()) {
			assertThat(chosen.cli("PING")).isEqualTo("PONG");
			assertThat(chosen.isRunning()).isTrue();
		}
	}

	@Test
	void repliesAreReadable() {
		assertThat(this.redis.cli("SET", "k", "a\r\n\u20ac")).isEqualTo("OK");
		assertThat(this.redis.cli("GET", "k")).isEqualTo("a\r\n\u20ac");
		assertThat(this.redis.cli("GET", "none")).isEqualTo("(nil)");
		assertThat(this.redis.cli("INCR", "n")).isEqualTo("1");
		assertThat(this.redis.cli("RPUSH", "list", "a", "b")).isEqualTo("2");
		assertThat(this.redis.cli("LRANGE", "list", "0", "-1")).isEqualTo("a\nb");
		assertThat(this.redis.cli("LRANGE", "none", "0", "-1")).isEmpty();
		assertThat(this.redis.cli("BLPOP", "none", "0.01")).isEqualTo("(nil)");
		assertThat(this.redis.cli("EVAL", "return {1, {'a', false}, 'b'}", "0")).isEqualTo("1\na\n(nil)\nb");
	}

	@Test
	void anErrorNamesTheCommand() {
		assertThatIllegalStateException().isThrownBy(() -> this.redis.cli("GET"))
			.withMessage("Redis on 127.0.0.1:" + this.redis.port()
					+ " answers GET with: ERR wrong number of arguments for 'get' command");
	}

	@Test
	void isKilledAndRestartsEmptyOnItsPort() {
		int port = this.redis.port();
		this.redis.cli("SET", "k", "v");
		this.redis.kill();
		assertThat(this.redis.isRunning()).isFalse();
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> this.redis.cli("PING"))
			.withMessage("No connection to the Redis on 127.0.0.1:" + port);
		this.redis.kill();
		this.redis.restart();
		assertThat(this.redis.port()).isEqualTo(port);
		assertThat(this.redis.cli("GET", "k")).isEqualTo("(nil)");
		this.redis.cli("SET", "k", "v");
		this.redis.restart();
		assertThat(this.redis.cli("GET", "k")).isEqualTo("(nil)");
	}

	@Test
	void answersNothingWhileItIsFrozen() {
		this.redis.cli("SET", "k", "v");
		this.redis.freeze();
		assertThat(this.redis.isRunning()).isFalse();
		try (RespConnection connection = RespConnection.open(this.redis.host(), this.redis.port(),
				Duration.ofMillis(200))) {
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> connection.call("GET", "k"))
				.withMessageEndingWith(" does not answer GET k");
		}
		this.redis.thaw();
		assertThat(this.redis.cli("GET", "k")).isEqualTo("v");
		assertThat(this.redis.isRunning()).isTrue();
	}

	@Test
	void aFrozenServerMayBeKilled() {
		this.redis.freeze();
		this.redis.restart();
		assertThat(this.redis.cli("PING")).isEqualTo("PONG");
	}

	@Test
	void aServerThatDoesNotRunTakesNoSignal() {
		this.redis.kill();
		assertThatIllegalStateException().isThrownBy(this.redis::freeze).withMessageEndingWith("does it run?");
	}

	@Test
	void theMonitorSeesCommands() {
		this.redis.cli("SET", "before", "v");
		try (RedisMonitor monitor = this.redis.monitor()) {
			assertThat(monitor.lines()).isEmpty();
			this.redis.cli("SET", "k", "v");
			assertThat(monitor.lines()).singleElement().asString().endsWith("\"SET\" \"k\" \"v\"");
			this.redis.cli("GET", "k");
			assertThat(monitor.lines()).hasSize(2).last().asString().endsWith("\"GET\" \"k\"");
		}
	}

	@Test
	void theMonitorKeepsWhatItSawWhenTheServerEnds() {
		try (RedisMonitor monitor = this.redis.monitor()) {
			this.redis.kill();
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(monitor::lines);
		}
	}

	@Test
	void endsWhenItIsClosed() {
		ProcessHandle process = ProcessHandle.current()
			.children()
			.filter((child) -> child.pid() == Long
				.parseLong(this.redis.cli("INFO", "server").replaceAll("(?s).*process_id:(\\d+).*", "$1")))
			.findFirst()
			.orElseThrow();
		this.redis.close();
		this.redis.close();
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !process.isAlive());
	}

	@Test
	void serversAreApart() {
		try (RedisServer other = RedisServer.local()) {
			assertThat(other.port()).isNotEqualTo(this.redis.port());
			other.cli("SET", "k", "v");
			assertThat(this.redis.cli("GET", "k")).isEqualTo("(nil)");
		}
	}

	@Test
	void aServerThatDoesNotStartTellsItsLog() {
		assertThatIllegalStateException()
			.isThrownBy(() -> LocalRedisServer.start(RedisProgram.SERVER, "no-such-setting 1"))
			.withMessageContaining("has ended with exit code 1. The end of its log:")
			.withMessageContaining("no-such-setting");
	}

}
