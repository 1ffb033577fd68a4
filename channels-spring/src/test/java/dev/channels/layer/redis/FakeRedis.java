package dev.channels.layer.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.channels.ChannelLayerException;
import io.lettuce.core.CompositeArgument;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.cluster.PipelinedRedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandArgs;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;

/**
 * Stands in for Redis: remembers commands and answers what it is told to.
 */
final class FakeRedis implements CommandSender {

	private final Map<String, String> scripts = new HashMap<>();

	private final Map<String, Object> answers = new HashMap<>();

	private final List<String> received = new ArrayList<>();

	private boolean open = true;

	private @Nullable String master;

	@SuppressWarnings("unchecked")
	private final RedisClusterAsyncCommands<String, byte[]> commands = (RedisClusterAsyncCommands<String, byte[]>) Proxy
		.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { RedisClusterAsyncCommands.class },
				(proxy, method, arguments) -> called(method, arguments));

	FakeRedis() {
		for (Script script : Script.values()) {
			this.scripts.put(digestOf(script), script.name());
		}
	}

	static String textOf(Script script) {
		try {
			return new ClassPathResource(script.name().toLowerCase(Locale.ROOT) + ".lua", Script.class)
				.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String digestOf(Script script) {
		return Base16.digest(textOf(script).getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * @param command the name of a command, or of a script, and maybe its first
	 * arguments; of several the longest counts
	 * @param answer a value, an exception, or a stage to wait for
	 */
	synchronized FakeRedis answer(String command, Object answer) {
		this.answers.put(command, answer);
		return this;
	}

	synchronized FakeRedis closed() {
		this.open = false;
		return this;
	}

	synchronized FakeRedis opened() {
		this.open = true;
		return this;
	}

	/**
	 * Be one master of a cluster.
	 */
	synchronized FakeRedis inCluster() {
		this.master = "A";
		return this;
	}

	@Override
	public synchronized @Nullable String masterOf(String channel) {
		return this.master;
	}

	RedisClusterAsyncCommands<String, byte[]> commands() {
		return this.commands;
	}

	/**
	 * Return what was received since the last call.
	 */
	synchronized List<String> received() {
		List<String> result = List.copyOf(this.received);
		this.received.clear();
		return result;
	}

	synchronized boolean hasReceived(String command) {
		return this.received.contains(command);
	}

	@Override
	public synchronized boolean isOpen() {
		return this.open;
	}

	@Override
	public <T> CompletionStage<T> send(
			Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
		if (!isOpen()) {
			return CompletableFuture.failedStage(new ChannelLayerException("Redis is not connected"));
		}
		CompletableFuture<T> result = new CompletableFuture<>();
		command.apply(this.commands).whenComplete((value, failure) -> {
			if (failure != null) {
				result.completeExceptionally(RedisCalls.failed(failure));
			}
			else {
				result.complete(value);
			}
		});
		return result;
	}

	private synchronized Object called(Method method, Object[] arguments) {
		boolean script = method.getName().equals("evalsha");
		String name = script ? this.scripts.get((String) arguments[0]) : method.getName();
		Object[] given = (arguments != null) ? arguments : new Object[0];
		Object[] shown = script ? Arrays.copyOfRange(given, 2, given.length) : given;
		String text = Stream.concat(Stream.of(name), Stream.of(shown).map(FakeRedis::show))
			.collect(Collectors.joining(" "));
		this.received.add(text);
		Object answer = answerTo(text);
		if (answer instanceof CompletionStage<?> stage) {
			return new PipelinedRedisFuture<>(stage);
		}
		return new PipelinedRedisFuture<>((answer instanceof Throwable failure) ? CompletableFuture.failedStage(failure)
				: CompletableFuture.completedStage(answer));
	}

	private @Nullable Object answerTo(String text) {
		return this.answers.entrySet()
			.stream()
			.filter((answer) -> (text + " ").startsWith(answer.getKey() + " "))
			.max(Comparator.comparingInt((answer) -> answer.getKey().length()))
			.map(Map.Entry::getValue)
			.orElse(null);
	}

	private static String show(Object argument) {
		if (argument instanceof byte[] bytes) {
			return new String(bytes, StandardCharsets.UTF_8);
		}
		if (argument instanceof ScoredValue<?> scored) {
			return show(scored.getValue()) + "=" + (long) scored.getScore();
		}
		if (argument instanceof ScanCursor cursor) {
			return cursor.getCursor();
		}
		if (argument instanceof CompositeArgument composite) {
			CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
			composite.build(arguments);
			return arguments.toCommandString();
		}
		if (argument instanceof Object[] array) {
			return Stream.of(array).map(FakeRedis::show).collect(Collectors.joining(" "));
		}
		return String.valueOf(argument);
	}

}
