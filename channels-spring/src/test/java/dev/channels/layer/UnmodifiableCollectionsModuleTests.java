package dev.channels.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.channels.Event;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link UnmodifiableCollectionsModule}, by way of {@link SharedEvent#payload}.
 */
@SuppressWarnings("unchecked")
class UnmodifiableCollectionsModuleTests {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final EventCodec codec = new EventCodec(this.mapper, new JsonEventSerializer());

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(), this.mapper);

	@Test
	void valuesOfAMapAreUnmodifiableToTheirLeaves() {
		Map<String, Object> payload = (Map<String, Object>) payload(
				Map.of("map", Map.of("inner", new ArrayList<>()), "list", List.of(Map.of("x", 1), List.of())),
				Map.class);
		assertUnmodifiable(payload);
		Map<String, Object> map = (Map<String, Object>) payload.get("map");
		assertUnmodifiable(map);
		assertUnmodifiable((List<Object>) map.get("inner"));
		List<Object> list = (List<Object>) payload.get("list");
		assertUnmodifiable(list);
		assertUnmodifiable((Map<String, Object>) list.get(0));
		assertUnmodifiable((List<Object>) list.get(1));
	}

	@Test
	void valuesOfAnEventsPayloadAreUnmodifiable() {
		SharedEvent shared = share(Map.of("list", List.of(1)));
		shared.payload(Map.class);
		Event event = (Event) shared.payload(Event.class);
		Map<String, Object> payload = (Map<String, Object>) event.payload();
		assertUnmodifiable(payload);
		assertUnmodifiable((List<Object>) payload.get("list"));
	}

	@Test
	void untypedPayloadIsUnmodifiableToItsLeaves() {
		Map<String, Object> payload = (Map<String, Object>) payload(Map.of("list", List.of(Map.of())), Object.class);
		assertUnmodifiable(payload);
		List<Object> list = (List<Object>) payload.get("list");
		assertUnmodifiable(list);
		assertUnmodifiable((Map<String, Object>) list.get(0));
	}

	@Test
	void untypedValueOfARecordIsUnmodifiableToItsLeaves() {
		Collections payload = (Collections) payload(Map.of("any", List.of(Map.of("b", List.of()))), Collections.class);
		List<Object> any = (List<Object>) payload.any();
		assertUnmodifiable(any);
		assertUnmodifiable((Map<String, Object>) any.get(0));
		assertUnmodifiable((List<Object>) ((Map<String, Object>) any.get(0)).get("b"));
	}

	@Test
	void collectionsOfARecordHaveTheirContent() {
		Map<String, Object> source = Map.of("list", List.of(List.of("a")), "set", List.of("a"), "map",
				Map.of("a", List.of(1)), "collection", List.of("a"), "any", List.of());
		Collections payload = (Collections) payload(source, Collections.class);
		assertThat(payload.list()).containsExactly(List.of("a"));
		assertThat(payload.set()).containsExactly("a");
		assertThat(payload.map()).isEqualTo(Map.of("a", List.of(1)));
		assertThat(payload.collection()).containsExactly("a");
	}

	@Test
	void collectionsOfARecordAreUnmodifiable() {
		Map<String, Object> source = Map.of("list", List.of(List.of("a")), "set", List.of("a"), "map",
				Map.of("a", List.of(1)), "collection", List.of("a"));
		Collections payload = (Collections) payload(source, Collections.class);
		assertUnmodifiable(payload.list());
		assertUnmodifiable(payload.list().get(0));
		assertUnmodifiable(payload.set());
		assertUnmodifiable(payload.map());
		assertUnmodifiable(payload.map().get("a"));
		assertUnmodifiable(payload.collection());
	}

	@Test
	void absentCollectionsStayNull() {
		assertThat(payload(Map.of(), Collections.class)).isEqualTo(new Collections(null, null, null, null, null));
	}

	@Test
	void concreteClassesAreLeftAlone() {
		Concrete payload = (Concrete) payload(Map.of("list", List.of("a"), "map", Map.of("a", 1)), Concrete.class);
		payload.list().add("b");
		payload.map().put("b", 2);
		assertThat(payload)
			.isEqualTo(new Concrete(new ArrayList<>(List.of("a", "b")), new HashMap<>(Map.of("a", 1, "b", 2))));
	}

	@Test
	void treesCanBeRead() {
		assertThat(payload(Map.of("a", List.of(1)), JsonNode.class)).hasToString("{\"a\":[1]}");
	}

	@Test
	void theApplicationsOwnMapperStaysAsItIs() {
		Map<String, Object> map = this.mapper.readValue("{\"a\":[]}", Map.class);
		map.put("b", 1);
		((List<Object>) map.get("a")).add(1);
		assertThat(map).isEqualTo(Map.of("a", List.of(1), "b", 1));
	}

	private SharedEvent share(Map<String, ?> payload) {
		return this.local.share(this.codec.encode(Event.of("a", payload)));
	}

	private Object payload(Map<String, ?> payload, Class<?> type) {
		return share(payload).payload(type);
	}

	private static void assertUnmodifiable(Map<?, ?> map) {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> ((Map<Object, Object>) map).put("new", "value"));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(map::clear);
	}

	private static void assertUnmodifiable(Collection<?> collection) {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> ((Collection<Object>) collection).add("new"));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(collection::clear);
	}

	record Collections(List<List<String>> list, Set<String> set, Map<String, List<Integer>> map,
			Collection<String> collection, Object any) {

	}

	record Concrete(ArrayList<String> list, HashMap<String, Integer> map) {

	}

}
