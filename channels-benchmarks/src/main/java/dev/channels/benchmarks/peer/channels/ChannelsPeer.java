package dev.channels.benchmarks.peer.channels;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * A server with the quick start's consumer. The route is an argument.
 */
@SpringBootApplication
public class ChannelsPeer {

	/**
	 * Run the server.
	 * @param args properties of Spring Boot
	 */
	public static void main(String[] args) {
		SpringApplication.run(ChannelsPeer.class, args);
	}

}
