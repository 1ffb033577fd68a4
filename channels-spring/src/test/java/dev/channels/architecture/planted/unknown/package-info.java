/**
 * Planted: a package that the import table does not name, and without null-marking.
 */
package dev.channels.architecture.planted.unknown;
