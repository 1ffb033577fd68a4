package dev.channels.benchmarks.run;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import dev.channels.Channels;
import dev.channels.autoconfigure.ChannelsAutoConfiguration;

/**
 * Class path of a process: a part of this one's.
 *
 * @param entries its jars and directories
 */
record ClassPath(List<Path> entries) {

	static ClassPath current() {
		return new ClassPath(
				Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).toList());
	}

	/**
	 * Leave jars out.
	 * @param prefixes beginnings of the names of files
	 */
	ClassPath without(String... prefixes) {
		return new ClassPath(this.entries.stream().filter((entry) -> !hasPrefix(entry, prefixes)).toList());
	}

	private static boolean hasPrefix(Path entry, String... prefixes) {
		return Arrays.stream(prefixes).anyMatch(entry.getFileName().toString()::startsWith);
	}

	/**
	 * Leave the library out.
	 */
	ClassPath withoutLibrary() {
		List<Path> library = List.of(placeOf(Channels.class), placeOf(ChannelsAutoConfiguration.class));
		return new ClassPath(
				this.entries.stream().filter((entry) -> !library.contains(entry.toAbsolutePath())).toList());
	}

	/**
	 * Take another build of the library.
	 * @param places a checkout that is compiled, or the class path of the library's two
	 * modules
	 */
	ClassPath withLibrary(String places) {
		List<Path> result = new ArrayList<>();
		for (String place : places.split(File.pathSeparator)) {
			Path path = Path.of(place).toAbsolutePath();
			Path classes = path.resolve("channels-spring/target/classes");
			if (Files.isDirectory(classes)) {
				result.add(classes);
				result.add(path.resolve("channels-spring-autoconfigure/target/classes"));
			}
			else {
				result.add(path);
			}
		}
		for (Path path : result) {
			if (!Files.exists(path)) {
				throw new IllegalArgumentException("There is no " + path + ": is it compiled?");
			}
		}
		result.addAll(withoutLibrary().entries());
		return new ClassPath(result);
	}

	private static Path placeOf(Class<?> type) {
		try {
			return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toAbsolutePath();
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public String toString() {
		return this.entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
	}

}
