/**
 * Violations of the architecture rules, planted to see each rule catch them.
 */
@NullMarked
package dev.channels.architecture.planted;

import org.jspecify.annotations.NullMarked;
