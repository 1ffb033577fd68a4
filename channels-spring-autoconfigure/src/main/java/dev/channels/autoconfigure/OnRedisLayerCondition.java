package dev.channels.autoconfigure;

import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether a layer is on Redis. Does not look at more of the properties than that: what is
 * wrong with them, others say better.
 */
final class OnRedisLayerCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Map<String, Object> layers = Binder.get(context.getEnvironment())
			.bind("channels.layers", Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of());
		boolean redis = layers.values()
			.stream()
			.anyMatch((layer) -> layer instanceof Map<?, ?> settings && "redis".equals(settings.get("backend")));
		ConditionMessage.Builder message = ConditionMessage.forCondition("Channel layer on Redis");
		return redis ? ConditionOutcome.match(message.because("there is one"))
				: ConditionOutcome.noMatch(message.because("there is none"));
	}

}
