package dev.channels.consumer;

import java.lang.reflect.Method;

import dev.channels.CloseStatus;
import org.junit.jupiter.api.Test;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link CloseStatusResolver}.
 */
class CloseStatusResolverTests {

	private final CloseStatusResolver resolver = new CloseStatusResolver();

	@Test
	void givesOurOwn() {
		assertThat(resolve(0, new CloseStatus(4001, "bye"))).isEqualTo(new CloseStatus(4001, "bye"));
	}

	@Test
	void givesThatOfSpring() {
		assertThat(resolve(1, new CloseStatus(4001, "bye")))
			.isEqualTo(new org.springframework.web.socket.CloseStatus(4001, "bye"));
	}

	@Test
	void leavesOutAnEmptyReason() {
		assertThat(resolve(1, CloseStatus.ABNORMAL))
			.isEqualTo(org.springframework.web.socket.CloseStatus.NO_CLOSE_FRAME);
	}

	@Test
	void takesNothingElse() {
		assertThat(this.resolver.supportsParameter(parameter(2))).isFalse();
	}

	private Object resolve(int index, CloseStatus status) {
		MethodParameter parameter = parameter(index);
		assertThat(this.resolver.supportsParameter(parameter)).isTrue();
		return this.resolver.resolveArgument(parameter, new GenericMessage<>(status));
	}

	private static MethodParameter parameter(int index) {
		Method method = ReflectionUtils.findMethod(CloseStatusResolverTests.class, "handler", (Class<?>[]) null);
		assertThat(method).isNotNull();
		return new MethodParameter(method, index);
	}

	void handler(CloseStatus ours, org.springframework.web.socket.CloseStatus ofSpring, Object other) {
		// only its parameters count
	}

}
