package dev.channels.autoconfigure;

import dev.channels.Consumer;
import dev.channels.OnReceive;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which validator payloads are given to.
 */
class ValidatorConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(JacksonAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
						ChannelsAutoConfiguration.class, ChannelsWebSocketAutoConfiguration.class))
		.withBean(Validated.class)
		.withPropertyValues("channels.routes[0].path=/ws", "channels.routes[0].consumer=validated");

	@Test
	void theOnlyOne() {
		this.runner.withBean("own", SmartValidator.class, LocalValidatorFactoryBean::new)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void theDefaultOneOfTwo() {
		this.runner.withBean("own", SmartValidator.class, LocalValidatorFactoryBean::new)
			.withBean("defaultValidator", SmartValidator.class, LocalValidatorFactoryBean::new)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void thatOfControllersAmongTwo() {
		this.runner.withBean("own", SmartValidator.class, LocalValidatorFactoryBean::new)
			.withBean("mvcValidator", SmartValidator.class, LocalValidatorFactoryBean::new)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void none() {
		this.runner.run((context) -> assertThat(context.getStartupFailure())
			.hasRootCauseMessage("@OnReceive handler " + Validated.class.getName()
					+ ".receive: parameter 'input' is to be validated, but there is no validator"));
	}

	record Input(@NotBlank String text) {

	}

	@Consumer("validated")
	static class Validated {

		@OnReceive
		void receive(@Valid Input input) {
		}

	}

}
