package dev.channels.foreign;

import java.io.File;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnReceive;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that none of us wrote: Debian's {@code python3-websockets} and {@code node-ws}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ForeignClientsIntegrationTests {

	@Test
	void pythonWebsockets(CapturedOutput output) throws Exception {
		run(output, "/usr/bin/python3", "client.py", "python3-websockets");
	}

	@Test
	void nodeWs(CapturedOutput output) throws Exception {
		run(output, "node", "client.cjs", "nodejs and node-ws");
	}

	private static void run(CapturedOutput output, String interpreter, String script, String packages)
			throws Exception {
		File clientLog = File.createTempFile("foreign", ".log");
		try (TestServer server = TestServer.with(Echo.class)
			.route("/ws/echo", "echo", "subprotocols=v1", "connection.outbound-limit=8MB")
			.start()) {
			Process process = new ProcessBuilder(interpreter,
					new File(ForeignClientsIntegrationTests.class.getResource("/foreign/" + script).toURI()).getPath(),
					server.ws("/ws/echo").toString())
				.redirectErrorStream(true)
				.redirectOutput(clientLog)
				.start();
			boolean ended = process.waitFor(60, TimeUnit.SECONDS);
			process.destroyForcibly();
			String report = java.nio.file.Files.readString(clientLog.toPath());
			assertThat(ended).as(report).isTrue();
			assertThat(process.exitValue()).as("Run ./verify, or install " + packages + ":\n" + report).isZero();
			await().atMost(20, TimeUnit.SECONDS).until(() -> server.connections() == 0);
		}
		finally {
			clientLog.delete();
		}
		assertThat(output.getAll()).doesNotContain("ERROR").doesNotContain("\tat ");
	}

	@Consumer("echo")
	static class Echo {

		@OnReceive
		String text(String text, Connection connection) {
			if (text.startsWith("close ")) {
				connection.close(Integer.parseInt(text.substring(6)), "asked");
				return null;
			}
			return text;
		}

		@OnReceive
		byte[] binary(byte[] bytes) {
			return bytes;
		}

	}

}
