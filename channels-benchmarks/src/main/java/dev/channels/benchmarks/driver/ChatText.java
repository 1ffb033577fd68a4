package dev.channels.benchmarks.driver;

import dev.channels.benchmarks.load.Scenario;
import io.netty.buffer.ByteBuf;

/**
 * The text of a message says which one it is: {@code ~room.number.xxxx}. It is found in a
 * frame without any knowledge of what stands around it.
 */
final class ChatText {

	/** The number of messages that are not counted. */
	static final int PROBE = -1;

	private static final char BEGIN = '~';

	private static final char END = '.';

	private static final char PROBE_MARK = 'p';

	private static final String PADDING = "x".repeat(Scenario.TEXT_LENGTH);

	private ChatText() {
	}

	static String of(int room, int number) {
		String name = BEGIN + Integer.toString(room) + END
				+ ((number == PROBE) ? String.valueOf(PROBE_MARK) : Integer.toString(number)) + END;
		return name + PADDING.substring(name.length());
	}

	/**
	 * Find a message in a frame.
	 * @return the index of the room, or -1 if there is none
	 */
	static int begin(ByteBuf frame) {
		return frame.indexOf(frame.readerIndex(), frame.writerIndex(), (byte) BEGIN);
	}

	/**
	 * Read a text.
	 * @param begin what {@link #begin(ByteBuf)} found
	 * @return the room in the upper, the number in the lower half
	 */
	static long read(ByteBuf frame, int begin) {
		int index = begin + 1;
		int room = 0;
		byte next = frame.getByte(index);
		while (next != END) {
			room = room * 10 + (next - '0');
			next = frame.getByte(++index);
		}
		int number = 0;
		next = frame.getByte(++index);
		if (next == PROBE_MARK) {
			number = PROBE;
		}
		else {
			while (next != END) {
				number = number * 10 + (next - '0');
				next = frame.getByte(++index);
			}
		}
		return ((long) room << Integer.SIZE) | (number & 0xFFFFFFFFL);
	}

}
