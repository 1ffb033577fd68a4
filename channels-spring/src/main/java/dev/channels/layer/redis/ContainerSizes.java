package dev.channels.layer.redis;

import java.util.Arrays;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.util.TokenBuffer;

/**
 * How many entries the maps and lists of an event have: MessagePack wants to know before
 * the first, tokens tell after the last.
 */
final class ContainerSizes {

	private int[] sizes = new int[8];

	private int count;

	private int next;

	private ContainerSizes() {
	}

	/**
	 * Count entries.
	 * @param tokens the tokens of one value
	 * @param outerDepth how many maps and lists there are around the value
	 * @return the sizes
	 * @throws IllegalArgumentException if it is nested too deeply
	 */
	static ContainerSizes of(TokenBuffer tokens, int outerDepth) {
		ContainerSizes result = new ContainerSizes();
		try (JsonParser parser = tokens.asParser()) {
			result.countAll(parser, MsgpackEventSerializer.MAX_DEPTH - outerDepth);
		}
		return result;
	}

	/**
	 * Return the size of the next map or list, in the order in which they begin.
	 * @return the number of its entries
	 */
	int next() {
		return this.sizes[this.next++];
	}

	private void countAll(JsonParser parser, int maxDepth) {
		int[] open = new int[maxDepth];
		int depth = 0;
		for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
			if (token == JsonToken.PROPERTY_NAME) {
				continue;
			}
			if (token.isStructEnd()) {
				depth--;
				continue;
			}
			if (depth > 0) {
				this.sizes[open[depth - 1]]++;
			}
			if (token.isStructStart()) {
				if (depth == maxDepth) {
					throw new IllegalArgumentException("An event cannot have more than "
							+ MsgpackEventSerializer.MAX_DEPTH + " maps and lists within each other");
				}
				open[depth++] = begin();
			}
		}
	}

	private int begin() {
		if (this.count == this.sizes.length) {
			this.sizes = Arrays.copyOf(this.sizes, this.count * 2);
		}
		return this.count++;
	}

}
