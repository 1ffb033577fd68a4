package dev.channels.edge;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Writes by TLS, which has buffers of its own.
 */
class SecureWritesIntegrationTests {

	@TempDir
	static Path directory;

	private static TestServer server;

	private static SSLContext tls;

	@BeforeAll
	static void start() throws Exception {
		Path keys = directory.resolve("keys.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "test", "-keyalg", "RSA", "-dname", "CN=localhost", "-storetype", "PKCS12",
				"-keystore", keys.toString(), "-storepass", "secret")
			.redirectErrorStream(true)
			.start();
		assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(keytool.exitValue()).as(() -> output(keytool)).isZero();
		server = TestServer.with(SendingEcho.class)
			.route("/ws", "echo", "connection.outbound-limit=50MB", "connection.send-timeout=2s")
			.route("/pings", "echo", "connection.outbound-limit=50MB", "connection.ping-interval=500ms",
					"connection.pong-timeout=1s")
			.property("server.ssl.key-store=" + keys)
			.property("server.ssl.key-store-password=secret")
			.start();
		tls = SSLContext.getInstance("TLS");
		tls.init(null, new TrustManager[] { new TrustsAll() }, null);
	}

	private static String output(Process process) {
		try {
			return new String(process.getInputStream().readAllBytes());
		}
		catch (java.io.IOException ex) {
			return ex.toString();
		}
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void smallMessagesAreEchoed() throws Exception {
		try (RawClient client = RawClient.openSecure(server, "/ws", tls)) {
			for (int i = 0; i < 100; i++) {
				assertThat(client.send("m" + i).readText()).isEqualTo("m" + i);
			}
			client.sendClose(4001, "");
			assertThat(client.readClose().closeCode()).isEqualTo(4001);
		}
		await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(server.connections()).isZero());
	}

	@Test
	void aSlowReaderGetsAllAndThenTheClose() throws Exception {
		int count = 3000;
		try (RawClient client = RawClient.openSecure(server, "/ws", tls)) {
			client.send("send " + count);
			for (int i = 0; i < count; i++) {
				assertThat(client.readText()).startsWith(i + "x").hasSizeGreaterThan(4000);
			}
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(4000);
		}
	}

	/**
	 * Its pongs come in time, since the network has not taken everything before the ping.
	 */
	@Test
	void aSlowReaderIsNotTakenForLost() throws Exception {
		try (RawClient client = RawClient.openSecure(server, "/pings", tls, 16 * 1024).slowly(8 * 1024)) {
			assertThat(client.send("large").readMessage().payload()).hasSize(5_000_000);
			assertThat(client.send("echo").readText()).isEqualTo("echo");
		}
	}

	@Test
	void aLargeMessageIsWhole() throws Exception {
		try (RawClient client = RawClient.openSecure(server, "/ws", tls)) {
			Frame message = client.send("large").readMessage();
			assertThat(message.payload()).hasSize(5_000_000).containsOnly('y');
			assertThat(client.send("echo").readText()).isEqualTo("echo");
		}
	}

	@Test
	void whoNeverReadsIsCut() throws Exception {
		try (RawClient client = RawClient.openSecure(server, "/ws", tls)) {
			client.send("send 5000");
			await().atMost(15, TimeUnit.SECONDS).until(() -> server.connections() == 1);
			await().atMost(15, TimeUnit.SECONDS).untilAsserted(() -> assertThat(server.connections()).isZero());
		}
	}

	private static final class TrustsAll implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
