package dev.channels.benchmarks.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.channels.benchmarks.load.DriverOrder.Protocol;
import dev.channels.benchmarks.peer.channels.ChannelsPeer;
import dev.channels.benchmarks.peer.spring.SpringPeer;
import dev.channels.benchmarks.peer.stomp.StompPeer;
import dev.channels.benchmarks.peer.vertx.VertxPeer;

/**
 * The servers that can be measured: the same chat on different ground.
 */
enum PeerKind {

	/** This library on Tomcat. */
	CHANNELS(ChannelsPeer.class, Server.TOMCAT, false),

	/** This library on Tomcat's virtual threads. */
	CHANNELS_VIRTUAL(ChannelsPeer.class, Server.TOMCAT, true),

	/** This library on Jetty. */
	CHANNELS_JETTY(ChannelsPeer.class, Server.JETTY, false),

	/** Spring's WebSocket support and a handler written by hand. */
	SPRING(SpringPeer.class, Server.TOMCAT, false),

	/** The same on Tomcat's virtual threads. */
	SPRING_VIRTUAL(SpringPeer.class, Server.TOMCAT, true),

	/** STOMP and Spring's simple broker. */
	STOMP(StompPeer.class, Server.TOMCAT, false),

	/** Vert.x, written by hand. */
	VERTX(VertxPeer.class, Server.NONE, false);

	private final Class<?> main;

	private final Server server;

	private final boolean virtualThreads;

	PeerKind(Class<?> main, Server server, boolean virtualThreads) {
		this.main = main;
		this.server = server;
		this.virtualThreads = virtualThreads;
	}

	static PeerKind of(String label) {
		return Arrays.stream(values())
			.filter((kind) -> kind.label().equals(label))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no peer '" + label + "' but " + labels()));
	}

	static String labels() {
		return Arrays.stream(values()).map(PeerKind::label).collect(Collectors.joining(", "));
	}

	String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	String mainClass() {
		return this.main.getName();
	}

	Protocol protocol() {
		return (this == STOMP) ? Protocol.STOMP : Protocol.JSON;
	}

	ClassPath classPath() {
		ClassPath all = ClassPath.current().without(this.server.others);
		return (this.main == ChannelsPeer.class) ? all : all.withoutLibrary();
	}

	/**
	 * Return the arguments that are the same in all scenarios.
	 */
	List<String> arguments() {
		if (this.server == Server.NONE) {
			return List.of();
		}
		List<String> result = new ArrayList<>(List.of("--spring.main.banner-mode=off", "--logging.level.root=warn",
				"--server.tomcat.max-connections=20000", "--server.tomcat.accept-count=1000"));
		if (this.virtualThreads) {
			result.add("--spring.threads.virtual.enabled=true");
		}
		if (this.main == ChannelsPeer.class) {
			result.add("--channels.routes[0].path=/ws/chat/{room:[\\w-]+}");
			result.add("--channels.routes[0].consumer=chat");
		}
		return result;
	}

	/**
	 * Return the arguments of servers that share rooms over a Redis.
	 * @return the arguments, none if these servers cannot
	 */
	List<String> sharedArguments(int redisPort) {
		if (this.main == ChannelsPeer.class) {
			return List.of("--channels.layers.default.backend=redis", "--spring.data.redis.port=" + redisPort);
		}
		if (this.main == SpringPeer.class) {
			return List.of("--chat.redis=true", "--spring.data.redis.port=" + redisPort);
		}
		return List.of();
	}

	/**
	 * What a class path is without, by the server that is to be found on it.
	 */
	private enum Server {

		TOMCAT("spring-boot-jetty", "jetty-"),

		JETTY("spring-boot-tomcat", "tomcat-embed-core", "tomcat-embed-websocket"),

		NONE("spring-boot", "jetty-", "tomcat-", "logback-");

		private final String[] others;

		Server(String... others) {
			this.others = others;
		}

	}

}
