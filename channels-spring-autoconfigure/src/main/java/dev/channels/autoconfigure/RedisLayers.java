package dev.channels.autoconfigure;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

import dev.channels.layer.redis.RedisChannelLayer;

/**
 * The layers of the application that are on Redis, for those who look at them. Safe for
 * use by many threads.
 */
final class RedisLayers {

	private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

	void add(String alias, RedisChannelLayer layer, RedisGaps gaps) {
		this.entries.put(alias, new Entry(alias, layer, gaps));
	}

	void forEach(Consumer<Entry> action) {
		this.entries.values().forEach(action);
	}

	/**
	 * @param gaps the times in which the layer was not connected
	 */
	record Entry(String alias, RedisChannelLayer layer, RedisGaps gaps) {

	}

}
