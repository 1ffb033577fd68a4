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
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
	void triesToDecodeOnce() {
		AtomicInteger attempts = new AtomicInteger();
		JsonMapper counting = JsonMapper.builder()
			.addModule(new SimpleModule().addDeserializer(Point.class, new ValueDeserializer<>() {
				@Override
				public Point deserialize(JsonParser parser, DeserializationContext context) {
					attempts.incrementAndGet();
					throw new IllegalStateException("s3cr3t");
				}
			}))
			.build();
		SharedEvent event = new SharedEvent(this.codec.encode(Event.of("a.b")), new PayloadReader(counting));
		List<UndecodableEventException> failures = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			failures.add(catchThrowableOfType(UndecodableEventException.class, () -> event.payload(Point.class)));
		}
		assertThat(attempts).hasValue(1);
		assertThat(failures).extracting(Throwable::getMessage)
			.containsOnly("event 'a.b' whose payload cannot be read as " + Point.class.getTypeName());
		assertThat(failures.get(0)).isNotSameAs(failures.get(1));
	}

	@Test
	void anEncoderThatBlocksHoldsNobodyElse() throws Exception {
		SharedEvent event = shared(Map.of());
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			Future<String> slow = executor.submit(() -> event.encoding("slow", null, (answer) -> {
				blocked.countDown();
				await(goOn);
				return "slow";
			}));
			await(blocked);
			// as many as there are bins
			for (int i = 0; i < 6; i++) {
				assertThat(event.<Object>encoding("other" + i, null, (answer) -> answer)).isEqualTo("other" + i);
			}
			goOn.countDown();
			assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo("slow");
		}
		finally {
			goOn.countDown();
			executor.shutdownNow();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void encodesTheSameAnswerOncePerFormat() {
		SharedEvent event = shared(Map.of());
		Object answer = new Point(1, 2);
		Object format = new Object();
		assertThat(event.<String>encoding(answer, null, (it) -> "plain")).isEqualTo("plain");
		assertThat(event.<String>encoding(answer, format, (it) -> "typed")).isEqualTo("typed");
		assertThat(event.<String>encoding(answer, format, (it) -> "again")).isEqualTo("typed");
	}

	@Test
	void encodesTheSameAnswerOnce() {
		SharedEvent event = shared(Map.of());
		AtomicInteger calls = new AtomicInteger();
		Function<Object, String> encoder = (answer) -> answer + "-" + calls.incrementAndGet();
		Object answer = new Point(1, 2);
		assertThat(event.encoding(answer, null, encoder)).isEqualTo("Point[x=1, y=2]-1");
		assertThat(event.encoding(answer, null, encoder)).isEqualTo("Point[x=1, y=2]-1");
		assertThat(calls).hasValue(1);
	}

	@Test
	void encodesEqualAnswersEachByItself() {
		SharedEvent event = shared(Map.of());
		AtomicInteger calls = new AtomicInteger();
		Function<Object, Integer> encoder = (answer) -> calls.incrementAndGet();
		assertThat(event.encoding(new Point(1, 2), null, encoder)).isEqualTo(1);
		assertThat(event.encoding(new Point(1, 2), null, encoder)).isEqualTo(2);
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
				String encoding = event.encoding(answer, null, (it) -> it + "!");
				assertThat(encoding).isEqualTo(answer + "!");
			}
		}
	}

	@Test
	void doesNotKeepAFailedEncoding() {
		SharedEvent event = shared(Map.of());
		Object answer = new Object();
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> event.encoding(answer, null, (it) -> refuse()));
		String encoding = event.encoding(answer, null, (it) -> "fine");
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
						event.encoding(payload, null, (answer) -> encodings.incrementAndGet());
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
