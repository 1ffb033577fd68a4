package dev.channels.test;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads as slowly as it is told to, however much there is.
 */
final class PacedInputStream extends FilterInputStream {

	private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private int bytesPerStep = Integer.MAX_VALUE;

	PacedInputStream(InputStream input) {
		super(input);
	}

	/**
	 * Read no more than so many bytes within 10 ms from now on.
	 */
	void pace(int bytesPerStep) {
		this.bytesPerStep = bytesPerStep;
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		if (this.bytesPerStep < length) {
			LockSupport.parkNanos(STEP_NANOS);
		}
		return super.read(bytes, offset, Math.min(length, this.bytesPerStep));
	}

}
