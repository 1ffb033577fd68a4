package dev.channels.edge;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A handshake whose outcome takes time holds no thread of the server.
 */
class WaitingHandshakesIntegrationTests {

	/**
	 * Who is held up waits for much longer; a busy machine may take a second.
	 */
	private static final Duration UNDISTURBED = Duration.ofSeconds(3);

	private static final int MANY = 2000;

	/**
	 * Where filters forbid to wait without a thread.
	 */
	private static final int WAITING_THREADS = 20;

	private final HttpClient http = HttpClient.newHttpClient();

	private TestServer server;

	@BeforeEach
	void clear() {
		Door.connected.clear();
		Door.log.clear();
		Web.seen.set(0);
	}

	@AfterEach
	void stop() {
		if (this.server != null) {
			this.server.close();
		}
	}

	private void start(Class<?>... beans) {
		List<Class<?>> all = new ArrayList<>(List.of(beans));
		all.addAll(List.of(Door.class, Page.class));
		this.server = TestServer.with(all.toArray(Class<?>[]::new))
			.route("/ws/{what}", "door", "connection.connect-timeout=60s")
			.route("/short/{what}", "door", "connection.connect-timeout=500ms")
			.start();
	}

	@Test
	void manyThatWaitHoldNoThread() throws Exception {
		start();
		ping();
		int before = Thread.activeCount();
		List<RawClient> clients = new ArrayList<>();
		try {
			Duration longest = Duration.ZERO;
			for (int i = 0; i < MANY; i++) {
				clients.add(RawClient.requestOnly(this.server, "/ws/later"));
				if (i % 100 == 99) {
					longest = max(longest, ping());
				}
			}
			await().atMost(30, TimeUnit.SECONDS).until(() -> Door.connected.size() == MANY);
			for (int i = 0; i < 10; i++) {
				longest = max(longest, ping());
			}
			int threads = Thread.activeCount() - before;
			System.out.println("Longest ping beside " + MANY + " waiting handshakes: " + longest.toMillis() + " ms, "
					+ threads + " more threads");
			assertThat(longest).isLessThan(UNDISTURBED);
			// the pools of server and handlers may have grown, but not by one for each
			assertThat(threads).isLessThan(MANY / 4);
			Door.connected.forEach((stage) -> stage.complete(null));
			for (RawClient client : clients) {
				client.readResponse();
				assertThat(client.status()).isEqualTo(101);
			}
			RawClient last = clients.get(MANY - 1);
			assertThat(last.readText()).isEqualTo("early");
			assertThat(last.send("hi").readText()).isEqualTo("hi");
		}
		finally {
			for (RawClient client : clients) {
				client.close();
			}
		}
	}

	@Test
	void answersWhenTheDecisionFalls() throws Exception {
		start();
		try (RawClient accepted = RawClient.requestOnly(this.server, "/ws/later");
				RawClient rejected = RawClient.requestOnly(this.server, "/ws/reject")) {
			await().until(() -> Door.connected.size() == 2);
			Door.connected.forEach((stage) -> stage.complete(null));
			accepted.readResponse();
			assertThat(accepted.status()).isEqualTo(101);
			assertThat(accepted.header("X-Door")).isEqualTo("later");
			assertThat(accepted.readText()).isEqualTo("early");
			assertThat(accepted.send("hi").readText()).isEqualTo("hi");
			rejected.readResponse();
			assertThat(rejected.status()).isEqualTo(429);
			assertThat(rejected.header("Retry-After")).isEqualTo("7");
		}
	}

	@Test
	void whatTheClientSendsMeanwhileIsNotLost() throws Exception {
		start();
		try (RawClient client = RawClient.requestOnly(this.server, "/ws/later")) {
			await().until(() -> Door.connected.size() == 1);
			// against the protocol, but some do
			client.send("too early");
			Door.connected.forEach((stage) -> stage.complete(null));
			client.readResponse();
			assertThat(client.status()).isEqualTo(101);
			assertThat(client.readText()).isEqualTo("early");
			assertThat(client.readText()).isEqualTo("too early");
		}
	}

	@Test
	void filtersAndInterceptorsSeeAHandshakeOnce() throws Exception {
		start(Web.class);
		try (RawClient client = RawClient.requestOnly(this.server, "/ws/later")) {
			await().until(() -> Door.connected.size() == 1);
			Door.connected.forEach((stage) -> stage.complete(null));
			client.readResponse();
			assertThat(client.status()).isEqualTo(101);
		}
		// one filter, also for asynchronous dispatches, and one interceptor
		assertThat(Web.seen.get()).isEqualTo(2);
	}

	@Test
	void clientThatGoesMeanwhileIsDisconnected() throws Exception {
		start();
		RawClient client = RawClient.requestOnly(this.server, "/ws/later");
		await().until(() -> Door.connected.size() == 1);
		client.reset();
		Door.connected.forEach((stage) -> stage.complete(null));
		await().atMost(15, TimeUnit.SECONDS).until(() -> Door.log.contains("disconnect"));
		await().untilAsserted(() -> assertThat(this.server.connections()).isZero());
	}

	@Test
	void connectTimeoutAnswers503() throws Exception {
		start();
		try (RawClient client = RawClient.request(this.server, "/short/never")) {
			assertThat(client.status()).isEqualTo(503);
		}
		await().untilAsserted(() -> assertThat(this.server.connections()).isZero());
	}

	@Test
	void whereAFilterForbidsToWaitABoundedNumberOfThreadsDoes() throws Exception {
		start(SynchronousFilter.class);
		List<RawClient> clients = new ArrayList<>();
		try {
			for (int i = 0; i < 3 * WAITING_THREADS; i++) {
				clients.add(RawClient.requestOnly(this.server, "/ws/later"));
			}
			await().until(() -> Door.connected.size() == 3 * WAITING_THREADS);
			assertThat(ping()).isLessThan(UNDISTURBED);
			Door.connected.forEach((stage) -> stage.complete(null));
			int accepted = 0;
			for (RawClient client : clients) {
				client.readResponse();
				if (client.status() == 101) {
					accepted++;
				}
				else {
					assertThat(client.status()).isEqualTo(503);
					assertThat(client.header("Retry-After")).isEqualTo("1");
				}
			}
			assertThat(accepted).isEqualTo(WAITING_THREADS);
		}
		finally {
			for (RawClient client : clients) {
				client.close();
			}
		}
		await().untilAsserted(() -> assertThat(this.server.connections()).isZero());
	}

	private Duration ping() throws IOException, InterruptedException {
		long start = System.nanoTime();
		HttpRequest request = HttpRequest.newBuilder(this.server.http("/ping")).timeout(Duration.ofSeconds(10)).build();
		assertThat(this.http.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("pong");
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static Duration max(Duration a, Duration b) {
		return (a.compareTo(b) > 0) ? a : b;
	}

	@Consumer("door")
	static class Door {

		static final Queue<CompletableFuture<Void>> connected = new ConcurrentLinkedQueue<>();

		static final Queue<String> log = new ConcurrentLinkedQueue<>();

		@OnConnect
		CompletionStage<Void> connect(Connection connection, @PathVariable String what) {
			CompletableFuture<Void> decision = new CompletableFuture<>();
			if (what.equals("never")) {
				return decision;
			}
			connected.add(decision);
			return decision.thenRun(() -> decide(connection, what));
		}

		private static void decide(Connection connection, String what) {
			HttpHeaders headers = new HttpHeaders();
			if (what.equals("reject")) {
				headers.set("Retry-After", "7");
				connection.reject(429, headers);
				return;
			}
			headers.set("X-Door", what);
			connection.accept(null, headers);
			connection.send("early");
		}

		@OnReceive
		String receive(String text) {
			return text;
		}

		@OnDisconnect
		void disconnect() {
			log.add("disconnect");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Web implements WebMvcConfigurer {

		static final AtomicInteger seen = new AtomicInteger();

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(new HandlerInterceptor() {

				@Override
				public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
					seen.incrementAndGet();
					return true;
				}

			});
		}

		@Bean
		FilterRegistrationBean<Filter> countingFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				seen.incrementAndGet();
				chain.doFilter(request, response);
			});
			registration.setDispatcherTypes(jakarta.servlet.DispatcherType.REQUEST,
					jakarta.servlet.DispatcherType.ASYNC);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SynchronousFilter {

		@Bean
		FilterRegistrationBean<Filter> synchronousFilter() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(new Synchronous());
			registration.setAsyncSupported(false);
			return registration;
		}

		private static final class Synchronous implements Filter {

			@Override
			public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
					throws IOException, ServletException {
				chain.doFilter(request, response);
			}

		}

	}

	@RestController
	static class Page {

		@GetMapping("/ping")
		String ping() {
			return "pong";
		}

	}

}
