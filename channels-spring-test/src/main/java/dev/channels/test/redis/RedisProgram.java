package dev.channels.test.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A program of Redis that has to be installed on this machine.
 */
enum RedisProgram {

	SERVER("redis-server"),

	SENTINEL("redis-sentinel");

	private static final int OLDEST_VERSION = 7;

	private static final Pattern VERSION = Pattern.compile(" v=(\\d+)\\.");

	private final String command;

	RedisProgram(String command) {
		this.command = command;
	}

	String command() {
		return this.command;
	}

	void require() {
		String problem = problem();
		if (problem != null) {
			throw new IllegalStateException(problem);
		}
	}

	/**
	 * Say what keeps the program from being used, and how to help it.
	 * @return the problem, or {@code null} if there is none
	 */
	@Nullable String problem() {
		try {
			Process process = new ProcessBuilder(this.command, "--version").redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.waitFor(10, TimeUnit.SECONDS);
			return problemOf(output);
		}
		catch (IOException ex) {
			return this.command + " does not start: " + help();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Nullable String problemOf(String versionOutput) {
		Matcher matcher = VERSION.matcher(versionOutput);
		if (!matcher.find()) {
			return this.command + " does not tell its version but '" + versionOutput.strip() + "': " + help();
		}
		return (Integer.parseInt(matcher.group(1)) < OLDEST_VERSION)
				? this.command + " is too old (" + versionOutput.strip() + "): " + help() : null;
	}

	private String help() {
		return "install Redis " + OLDEST_VERSION + " or newer (package '" + this.command + "' of Debian and Ubuntu)";
	}

}
