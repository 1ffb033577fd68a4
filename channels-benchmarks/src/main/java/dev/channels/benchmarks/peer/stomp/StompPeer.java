package dev.channels.benchmarks.peer.stomp;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/**
 * A server with Spring's simple broker, told to keep the order in both directions.
 */
@SpringBootApplication
@EnableWebSocketMessageBroker
public class StompPeer implements WebSocketMessageBrokerConfigurer {

	/**
	 * Run the server.
	 * @param args properties of Spring Boot
	 */
	public static void main(String[] args) {
		SpringApplication.run(StompPeer.class, args);
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.setApplicationDestinationPrefixes("/app");
		registry.enableSimpleBroker("/topic");
		registry.setPreservePublishOrder(true);
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		registry.addEndpoint("/ws");
		registry.setPreserveReceiveOrder(true);
	}

}
