package dev.channels.layer.redis;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ShardPlaces}: what is found elsewhere when slots move.
 */
class ShardPlacesTests {

	private final ShardPlaces<Object, String> places = new ShardPlaces<>();

	private final String[] owners = new String[SlotHash.SLOT_COUNT];

	private final Object first = new Object();

	private final Object second = new Object();

	ShardPlacesTests() {
		for (int slot = 0; slot < this.owners.length; slot++) {
			this.owners[slot] = (slot < SlotHash.SLOT_COUNT / 2) ? "low" : "high";
		}
		look();
	}

	@Test
	void knowsWhereChannelsAre() {
		put("a", this.first);
		assertThat(this.places.get("a")).isSameAs(this.first);
		assertThat(this.places.contains("a")).isTrue();
		assertThat(this.places.remove("a", this.second)).as("not there").isFalse();
		assertThat(this.places.remove("a", this.first)).isTrue();
		assertThat(this.places.remove("a", this.first)).isFalse();
		assertThat(this.places.get("a")).isNull();
		assertThat(this.places.contains("a")).isFalse();
	}

	@Test
	void forgetsAShard() {
		put("a", this.first);
		put("b", this.second);
		put("c", this.first);
		assertThat(this.places.remove(this.first)).containsExactlyInAnyOrder("a", "c");
		assertThat(this.places.contains("b")).isTrue();
	}

	@Test
	void findsWhatIsNotWhereItsSlotIs() {
		put("a", this.first);
		put("b", this.first);
		assertThat(look()).isEmpty();
		this.owners[SlotHash.getSlot("a")] = "new";
		assertThat(look()).containsExactly("a");
		assertThat(look()).as("told once").isEmpty();
		assertThat(this.places.contains("a")).isFalse();
		assertThat(this.places.contains("b")).isTrue();
	}

	@Test
	void aSlotWithoutAnOwnerMayGetItsOldOneBack() {
		put("a", this.first);
		String before = this.owners[SlotHash.getSlot("a")];
		this.owners[SlotHash.getSlot("a")] = null;
		assertThat(look()).isEmpty();
		this.owners[SlotHash.getSlot("a")] = before;
		assertThat(look()).isEmpty();
		this.owners[SlotHash.getSlot("a")] = null;
		assertThat(look()).isEmpty();
		this.owners[SlotHash.getSlot("a")] = "new";
		assertThat(look()).containsExactly("a");
	}

	/**
	 * It was sent before its slot moved, and acknowledged when that was known.
	 */
	@Test
	void findsWhatComesLate() {
		this.owners[SlotHash.getSlot("a")] = "new";
		assertThat(look()).isEmpty();
		this.places.put("a", this.first, "old");
		assertThat(look()).containsExactly("a");
		assertThat(look()).isEmpty();
	}

	@Test
	void looksAtNoChannelAsLongAsNoSlotMoves() {
		IntStream.range(0, 100_000).forEach((i) -> put("c" + i, this.first));
		AtomicInteger asked = new AtomicInteger();
		for (int i = 0; i < 10; i++) {
			assertThat(this.places.displaced((slot) -> {
				asked.incrementAndGet();
				return this.owners[slot];
			})).isEmpty();
		}
		assertThat(asked).as("once for each slot").hasValue(10 * SlotHash.SLOT_COUNT);
	}

	private void put(String channel, Object shard) {
		this.places.put(channel, shard, this.owners[SlotHash.getSlot(channel)]);
	}

	private List<String> look() {
		return this.places.displaced((slot) -> this.owners[slot]);
	}

}
