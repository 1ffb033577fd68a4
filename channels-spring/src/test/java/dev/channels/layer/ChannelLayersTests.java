package dev.channels.layer;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link ChannelLayers}.
 */
class ChannelLayersTests {

	private final ChannelLayer main = new TestLayer().layer;

	private final ChannelLayer other = new TestLayer().layer;

	private final Map<String, ChannelLayer> source = new HashMap<>(Map.of("other", this.other, "default", this.main));

	private final ChannelLayers layers = new ChannelLayers(this.source,
			new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer()), new DropCounter());

	@Test
	void findsLayersByAlias() {
		assertThat(this.layers.get(ChannelLayers.DEFAULT)).isSameAs(this.main);
		assertThat(this.layers.get("other")).isSameAs(this.other);
		assertThat(this.layers.contains("other")).isTrue();
	}

	@Test
	void namesTheAliasesThatThereAre() {
		assertThat(this.layers.contains("third")).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> this.layers.get("third"))
			.withMessage("There is no channel layer 'third', only [default, other]: configure it as "
					+ "channels.layers.third.backend");
		assertThatIllegalArgumentException().isThrownBy(() -> this.layers.channels("third"))
			.withMessageStartingWith("There is no channel layer 'third'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.layers.channels("other").layer("third"))
			.withMessageStartingWith("There is no channel layer 'third'");
	}

	@Test
	void keepsACopyOfTheLayers() {
		this.source.put("third", this.main);
		assertThat(this.layers.contains("third")).isFalse();
		assertThat(this.layers.aliases()).containsExactly("default", "other");
	}

	@Test
	void aliasesAreUnmodifiable() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> this.layers.aliases().remove("other"));
	}

	@Test
	void oneThatCannotBeClosedLeavesNoOtherOpen() {
		List<String> closed = new ArrayList<>();
		Map<String, ChannelLayer> layers = new HashMap<>();
		for (String alias : List.of("a", "b", "c")) {
			ChannelLayer layer = (ChannelLayer) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { ChannelLayer.class }, (proxy, method, arguments) -> {
						closed.add(alias);
						return switch (alias) {
							case "a" -> throw new IllegalStateException("stuck");
							case "b" -> throw new NoClassDefFoundError("gone");
							default -> null;
						};
					});
			layers.put(alias, layer);
		}
		EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());
		assertThatIllegalStateException().isThrownBy(new ChannelLayers(layers, codec, new DropCounter())::close)
			.withMessage("The channel layer 'a' cannot be closed: java.lang.IllegalStateException: stuck")
			.satisfies((failure) -> assertThat(failure.getSuppressed()).singleElement()
				.asString()
				.contains("The channel layer 'b' cannot be closed"));
		assertThat(closed).containsExactly("a", "b", "c");
	}

}
