package dev.channels.benchmarks.peer.spring;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;

/**
 * A server as one writes it who needs a chat and has no library for it.
 */
@SpringBootApplication
@EnableWebSocket
public class SpringPeer {

	/**
	 * Run the server.
	 * @param args properties of Spring Boot, and {@code chat.redis=true} for rooms that
	 * more than one server share
	 */
	public static void main(String[] args) {
		SpringApplication.run(SpringPeer.class, args);
	}

	@Bean
	ChatRooms chatRooms() {
		return new ChatRooms();
	}

	@Bean
	WebSocketConfigurer chatEndpoint(ChatRooms rooms, ChatRelay relay, JsonMapper mapper) {
		return (registry) -> registry.addHandler(new ChatHandler(rooms, relay, mapper), "/ws/chat/*");
	}

}
