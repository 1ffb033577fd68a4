/**
 * Auto-configuration for Spring Boot. Nothing imports this package.
 */
@NullMarked
package dev.channels.autoconfigure;

import org.jspecify.annotations.NullMarked;
