package dev.channels.benchmarks.peer.spring;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.PatternTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/**
 * One server alone, or several over Redis.
 */
@Configuration(proxyBeanMethods = false)
class RelayConfiguration {

	private static final String PREFIX = "chat:";

	@Bean
	@ConditionalOnProperty(name = "chat.redis", havingValue = "false", matchIfMissing = true)
	ChatRelay localRelay(ChatRooms rooms) {
		return rooms::deliver;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("chat.redis")
	static class RedisConfiguration {

		@Bean
		ChatRelay redisRelay(StringRedisTemplate redis) {
			return (room, json) -> redis.convertAndSend(PREFIX + room, json);
		}

		/**
		 * One thread, or messages would overtake each other.
		 */
		@Bean
		RedisMessageListenerContainer redisMessages(RedisConnectionFactory connections, ChatRooms rooms) {
			RedisMessageListenerContainer container = new RedisMessageListenerContainer();
			container.setConnectionFactory(connections);
			container.setTaskExecutor(Executors.newSingleThreadExecutor());
			container.addMessageListener((message, pattern) -> {
				String channel = new String(message.getChannel(), StandardCharsets.UTF_8);
				rooms.deliver(channel.substring(PREFIX.length()),
						new String(message.getBody(), StandardCharsets.UTF_8));
			}, new PatternTopic(PREFIX + "*"));
			return container;
		}

	}

}
