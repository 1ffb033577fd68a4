package dev.channels.consumer;

import jakarta.validation.ConstraintViolationException;

/**
 * Knows Bean Validation, which may be absent.
 */
final class ConstraintViolations {

	private ConstraintViolations() {
	}

	/**
	 * Whether these are violations of arguments of the consumer's own methods, as a
	 * {@code @Validated} proxy reports them.
	 */
	static boolean areInCallOf(Class<?> consumerType, Throwable failure) {
		return failure instanceof ConstraintViolationException violations && violations.getConstraintViolations()
			.stream()
			.allMatch((violation) -> consumerType.isAssignableFrom(violation.getRootBeanClass()));
	}

}
