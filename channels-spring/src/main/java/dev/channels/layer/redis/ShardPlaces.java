package dev.channels.layer.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

import io.lettuce.core.cluster.SlotHash;
import org.jspecify.annotations.Nullable;

/**
 * On which shard each acknowledged subscription is, and whether its slot is still there.
 * Channels are looked at only after a slot has got another owner.
 * <p>
 * {@link #displaced} is called by one thread, the rest by any.
 *
 * @param <S> a shard
 * @param <O> the owner of slots
 */
final class ShardPlaces<S, O> {

	private final Map<String, Place<S, O>> places = new ConcurrentHashMap<>();

	/** Who owned which slot when it was looked for last; replaced as a whole. */
	private volatile @Nullable Object[] owners = new Object[SlotHash.SLOT_COUNT];

	/** Whether a subscription came late, when its slot was elsewhere. */
	private volatile boolean late;

	void put(String channel, S shard, O owner) {
		int slot = SlotHash.getSlot(channel);
		this.places.put(channel, new Place<>(slot, shard, owner));
		if (!owner.equals(this.owners[slot])) {
			this.late = true;
		}
	}

	@Nullable S get(String channel) {
		Place<S, O> place = this.places.get(channel);
		return (place != null) ? place.shard : null;
	}

	boolean contains(String channel) {
		return this.places.containsKey(channel);
	}

	/**
	 * @return whether it was on that shard
	 */
	boolean remove(String channel, S shard) {
		Place<S, O> place = this.places.get(channel);
		return place != null && place.shard == shard && this.places.remove(channel, place);
	}

	/**
	 * Forget a shard.
	 * @return the channels that were on it
	 */
	List<String> remove(S shard) {
		List<String> channels = new ArrayList<>();
		this.places.forEach((channel, place) -> {
			if (place.shard == shard && this.places.remove(channel, place)) {
				channels.add(channel);
			}
		});
		return channels;
	}

	/**
	 * Forget what is not any more where its slot is. A slot without an owner may get its
	 * old one back.
	 * @param ownerOf the owner of a slot, {@code null} if it has none
	 * @return the channels that were elsewhere
	 */
	List<String> displaced(IntFunction<@Nullable O> ownerOf) {
		@Nullable Object[] now = new Object[SlotHash.SLOT_COUNT];
		@Nullable Object[] before = this.owners;
		boolean changed = false;
		for (int slot = 0; slot < now.length; slot++) {
			now[slot] = ownerOf.apply(slot);
			changed |= !Objects.equals(now[slot], before[slot]);
		}
		if (!changed && !this.late) {
			return List.of();
		}
		// before the look at the places: what comes from now on sees it
		this.owners = now;
		this.late = false;
		List<String> displaced = new ArrayList<>();
		this.places.forEach((channel, place) -> {
			Object owner = now[place.slot];
			if (owner != null && !owner.equals(place.owner) && this.places.remove(channel, place)) {
				displaced.add(channel);
			}
		});
		return displaced;
	}

	private record Place<S, O>(int slot, S shard, O owner) {

	}

}
