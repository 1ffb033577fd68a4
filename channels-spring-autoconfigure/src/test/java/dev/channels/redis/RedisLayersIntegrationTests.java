package dev.channels.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.channels.Channels;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import dev.channels.autoconfigure.ChannelsAutoConfiguration;
import dev.channels.autoconfigure.ChannelsMetricsAutoConfiguration;
import dev.channels.autoconfigure.ChannelsRedisAutoConfiguration;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.redis.RedisLayerListener;
import dev.channels.test.redis.RedisServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Several layers of one application on one Redis: apart from each other, and each with
 * its own metrics and health.
 */
class RedisLayersIntegrationTests {

	private final RedisServer redis = RedisServer.local();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, DataRedisAutoConfiguration.class,
				ChannelsAutoConfiguration.class, ChannelsMetricsAutoConfiguration.class,
				ChannelsRedisAutoConfiguration.class))
		.withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + this.redis.port(),
				"channels.layers.default.backend=redis", "channels.layers.jobs.backend=redis")
		.withUserConfiguration(Reload.class);

	@AfterEach
	void stop() {
		this.redis.close();
	}

	@Test
	void layersAreApart() {
		this.runner.run((context) -> {
			ChannelLayers layers = context.getBean(ChannelLayers.class);
			Queue<String> received = new ConcurrentLinkedQueue<>();
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			for (String alias : List.of("default", "jobs")) {
				ChannelLayer layer = layers.get(alias);
				ChannelName member = layer.newChannel();
				layer.subscribe(member, (delivery) -> received.add(alias));
				layer.groupAdd(GroupName.of("room"), member).toCompletableFuture().get(5, TimeUnit.SECONDS);
			}
			layers.get("default")
				.work(ChannelName.of("thumbnails"), new RetryPolicy(1, Duration.ZERO, Duration.ZERO), (event) -> {
					handled.add("default");
					return CompletableFuture.completedStage(null);
				});
			Channels jobs = context.getBean(Channels.class).layer("jobs");
			jobs.channel("thumbnails").send(Event.of("job", Map.of())).toCompletableFuture().get(5, TimeUnit.SECONDS);
			for (String alias : List.of("jobs", "default")) {
				layers.channels(alias)
					.group("room")
					.send(Event.of("note", Map.of()))
					.toCompletableFuture()
					.get(5, TimeUnit.SECONDS);
			}
			await().atMost(20, TimeUnit.SECONDS).until(() -> received.size() >= 2);
			assertThat(received).containsExactlyInAnyOrder("jobs", "default");
			assertThat(handled).isEmpty();
			assertThat(this.redis.cli("XLEN", "asgi-jobs:worker:{thumbnails}")).isEqualTo("1");
			assertThat(layers.channels("jobs").group("room").size().toCompletableFuture().get(5, TimeUnit.SECONDS))
				.isEqualTo(1);
		});
	}

	@Test
	void anOutageIsSeenWhileItLastsAndListenersMayUseChannels() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			MeterRegistry meters = new SimpleMeterRegistry();
			context.getBeansOfType(MeterBinder.class).values().forEach((binder) -> binder.bindTo(meters));
			assertThat(connected(meters)).containsOnly(1.0);
			assertThat(health(context)).containsOnly(Status.UP);
			this.redis.kill();
			await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
				assertThat(connected(meters)).containsOnly(0.0);
				assertThat(health(context)).containsOnly(Status.DOWN);
			});
			this.redis.restart();
			await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
				assertThat(connected(meters)).containsOnly(1.0);
				assertThat(health(context)).containsOnly(Status.UP);
				assertThat(gaps(meters)).containsOnly(1.0);
				assertThat(context.getBean(Reload.class).told).hasSize(2);
			});
		});
	}

	@Test
	void withoutALayerOnRedisThereIsNoHealthOfIt() {
		this.runner.withPropertyValues("channels.layers.default.backend=memory", "channels.layers.jobs.backend=memory")
			.run((context) -> assertThat(context).doesNotHaveBean(CompositeHealthContributor.class));
		this.runner.withPropertyValues("management.health.channels-redis.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CompositeHealthContributor.class));
	}

	@Test
	void worksWithoutTheActuator() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health", "io.micrometer"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static List<Double> connected(MeterRegistry meters) {
		return List.of("default", "jobs")
			.stream()
			.map((alias) -> meters.get("channels.redis.connected").tag("layer", alias).gauge().value())
			.toList();
	}

	private static List<Double> gaps(MeterRegistry meters) {
		return List.of("default", "jobs")
			.stream()
			.map((alias) -> meters.get("channels.redis.gaps").tag("layer", alias).functionTimer().count())
			.toList();
	}

	private static List<Status> health(ApplicationContext context) {
		CompositeHealthContributor contributor = context.getBean("channelsRedisHealthContributor",
				CompositeHealthContributor.class);
		return List.of("default", "jobs").stream().map((alias) -> {
			HealthIndicator indicator = (HealthIndicator) contributor.getContributor(alias);
			return indicator.health().getStatus();
		}).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Reload {

		private final Queue<Duration> told = new ConcurrentLinkedQueue<>();

		@Bean
		RedisLayerListener reload(Channels channels) {
			return new RedisLayerListener() {
				@Override
				public void gapEnded(Duration duration) {
					channels.group("room").send(Event.of("reload", Map.of())).toCompletableFuture().join();
					Reload.this.told.add(duration);
				}
			};
		}

		@Bean
		RedisLayerListener failing() {
			return new RedisLayerListener() {
				@Override
				public void gapEnded(Duration duration) {
					throw new IllegalStateException("planted");
				}
			};
		}

	}

}
