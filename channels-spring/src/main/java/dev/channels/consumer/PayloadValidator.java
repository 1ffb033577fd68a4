package dev.channels.consumer;

import java.lang.annotation.Annotation;

import dev.channels.ChannelsConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Conventions;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Validates payloads annotated {@code @Valid} or {@code @Validated}.
 */
final class PayloadValidator {

	private final @Nullable Validator validator;

	PayloadValidator(@Nullable Validator validator) {
		this.validator = validator;
	}

	/**
	 * Check at start that there is a validator for those who ask for it.
	 */
	void requireUsable(MethodParameter parameter, Object handler) {
		if (this.validator == null && hints(parameter) != null) {
			throw new ChannelsConfigurationException(
					handler + ": parameter '" + parameter.getParameterName()
							+ "' is to be validated, but there is no validator",
					"Add spring-boot-starter-validation, or remove the annotation.");
		}
	}

	void validate(Object value, MethodParameter parameter, Message<?> message) {
		Object[] hints = hints(parameter);
		if (hints == null || this.validator == null || !this.validator.supports(value.getClass())) {
			return;
		}
		BeanPropertyBindingResult result = new BeanPropertyBindingResult(value,
				Conventions.getVariableNameForParameter(parameter));
		if (hints.length > 0 && this.validator instanceof SmartValidator smart) {
			smart.validate(value, result, hints);
		}
		else {
			this.validator.validate(value, result);
		}
		if (result.hasErrors()) {
			throw new MethodArgumentNotValidException(message, parameter, result);
		}
	}

	private static Object @Nullable [] hints(MethodParameter parameter) {
		for (Annotation annotation : parameter.getParameterAnnotations()) {
			Object[] hints = ValidationAnnotationUtils.determineValidationHints(annotation);
			if (hints != null) {
				return hints;
			}
		}
		return null;
	}

}
