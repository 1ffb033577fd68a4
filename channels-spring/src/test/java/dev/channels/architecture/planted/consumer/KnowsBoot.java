package dev.channels.architecture.planted.consumer;

import org.springframework.boot.SpringApplication;

/**
 * Planted: the library has no Spring Boot in it.
 */
class KnowsBoot {

	SpringApplication application;

}
