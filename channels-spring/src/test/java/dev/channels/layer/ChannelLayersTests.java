package dev.channels.layer;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

}
