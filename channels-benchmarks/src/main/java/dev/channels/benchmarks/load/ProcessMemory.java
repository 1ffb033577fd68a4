package dev.channels.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of a JVM after a full collection.
 *
 * @param heapBytes all live objects
 * @param residentBytes resident memory of the process, zero where the system does not
 * tell
 */
public record ProcessMemory(long heapBytes, long residentBytes) {

	private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

	private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

	/**
	 * Collect the garbage of a JVM of this user, and count what is left.
	 * @param pid which process
	 * @return its memory
	 */
	public static ProcessMemory of(long pid) {
		long heap = longOf(TOTAL, histogram(pid));
		Path status = Path.of("/proc", Long.toString(pid), "status");
		try {
			return new ProcessMemory(heap,
					Files.exists(status) ? longOf(RESIDENT, Files.readString(status)) * 1_024 : 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String histogram(long pid) {
		Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
		try {
			Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
				.redirectErrorStream(true)
				.start();
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No heap is counted without a JDK's jcmd", ex);
		}
	}

	private static long longOf(Pattern pattern, String text) {
		Matcher matcher = pattern.matcher(text);
		if (!matcher.find()) {
			throw new IllegalStateException("No " + pattern + " in: " + text.lines().limit(5).toList());
		}
		return Long.parseLong(matcher.group(1));
	}

}
