package dev.channels.layer;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.channels.Event;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link SharedEvent}.
 */
class SharedEventTests {

	private final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(),
			JsonMapper.builder().build());

	@Test
	void decodesOncePerType() {
		SharedEvent event = shared(Map.of("x", 1, "y", 2));
		Object point = event.payload(Point.class);
		assertThat(point).isEqualTo(new Point(1, 2)).isSameAs(event.payload(Point.class));
		assertThat(event.payload(Map.class)).isEqualTo(Map.of("x", 1, "y", 2)).isSameAs(event.payload(Map.class));
	}

	@Test
	void decodesGenericTypes() {
		Type type = new TypeReference<Map<String, Long>>() {
		}.getType();
		assertThat(shared(Map.of("x", 1)).payload(type)).isEqualTo(Map.of("x", 1L));
	}

	@Test
	void givesTheWholeEvent() {
		SharedEvent event = shared(Map.of("x", 1));
		event.payload(Map.class);
		assertThat(event.payload(Event.class)).isEqualTo(new Event("a.b", Map.of("x", 1)))
			.isSameAs(event.payload(Event.class));
	}

	@Test
	void saysTypeAndControls() {
		LayerEvent event = this.codec.encode(Event.of("a.b")).with(LayerEvent.TO, "c!1");
		SharedEvent shared = this.local.share(event);
		assertThat(shared.type()).isEqualTo("a.b");
		assertThat(shared.control(LayerEvent.TO)).isEqualTo("c!1");
		assertThat(shared.control(LayerEvent.EXCEPT)).isNull();
		assertThat(shared).hasToString("event 'a.b'");
	}

	@Test
	void payloadThatCannotBeReadIsUndecodableAndStaysSecret() {
		SharedEvent event = shared(Map.of("x", "s3cr3t", "y", 1));
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> event.payload(Point.class))
			.withMessage("event 'a.b' whose payload cannot be read as " + Point.class.getTypeName())
			.withNoCause();
	}

	@Test
	void payloadThatItsClassRefusesIsUndecodable() {
		SharedEvent event = shared(Map.of("name", "s3cr3t"));
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> event.payload(Picky.class))
			.withMessage("event 'a.b' whose payload cannot be read as " + Picky.class.getTypeName())
			.withNoCause();
	}

	@Test
	void staysUndecodableAndReadableAsOtherTypes() {
		SharedEvent event = shared(Map.of("x", "text"));
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> event.payload(Point.class));
		}
		assertThat(event.payload(Map.class)).isEqualTo(Map.of("x", "text"));
	}

	@Test
	void encodesTheSameAnswerOnce() {
		SharedEvent event = shared(Map.of());
		AtomicInteger calls = new AtomicInteger();
		Function<Object, String> encoder = (answer) -> answer + "-" + calls.incrementAndGet();
		Object answer = new Point(1, 2);
		assertThat(event.encoding(answer, encoder)).isEqualTo("Point[x=1, y=2]-1");
		assertThat(event.encoding(answer, encoder)).isEqualTo("Point[x=1, y=2]-1");
		assertThat(calls).hasValue(1);
	}

	@Test
	void encodesEqualAnswersEachByItself() {
		SharedEvent event = shared(Map.of());
		AtomicInteger calls = new AtomicInteger();
		Function<Object, Integer> encoder = (answer) -> calls.incrementAndGet();
		assertThat(event.encoding(new Point(1, 2), encoder)).isEqualTo(1);
		assertThat(event.encoding(new Point(1, 2), encoder)).isEqualTo(2);
	}

	@Test
	void encodesAnswersRightHoweverManyThereAre() {
		SharedEvent event = shared(Map.of());
		List<String> answers = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			answers.add("answer " + i);
		}
		for (int round = 0; round < 2; round++) {
			for (String answer : answers) {
				String encoding = event.encoding(answer, (it) -> it + "!");
				assertThat(encoding).isEqualTo(answer + "!");
			}
		}
	}

	@Test
	void doesNotKeepAFailedEncoding() {
		SharedEvent event = shared(Map.of());
		Object answer = new Object();
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> event.encoding(answer, (it) -> refuse()));
		String encoding = event.encoding(answer, (it) -> "fine");
		assertThat(encoding).isEqualTo("fine");
	}

	@Test
	void manyThreadsShareOneInstanceAndOneEncoding() throws Exception {
		int threads = 8;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			for (int round = 0; round < 200; round++) {
				SharedEvent event = shared(Map.of("x", 1, "y", 2));
				CountDownLatch start = new CountDownLatch(1);
				AtomicInteger encodings = new AtomicInteger();
				List<Future<Object>> payloads = new ArrayList<>();
				for (int i = 0; i < threads; i++) {
					payloads.add(executor.submit(() -> {
						start.await(10, TimeUnit.SECONDS);
						Object payload = event.payload(Point.class);
						event.encoding(payload, (answer) -> encodings.incrementAndGet());
						return payload;
					}));
				}
				start.countDown();
				for (Future<Object> payload : payloads) {
					assertThat(payload.get(10, TimeUnit.SECONDS)).isSameAs(event.payload(Point.class));
				}
				assertThat(encodings).hasValue(1);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static String refuse() {
		throw new IllegalArgumentException("no");
	}

	private SharedEvent shared(Map<String, ?> payload) {
		return this.local.share(this.codec.encode(Event.of("a.b", payload)));
	}

	record Point(int x, int y) {

	}

	record Picky(String name) {

		Picky {
			throw new IllegalStateException("I do not like " + name);
		}

	}

}
