package dev.channels.consumer.other;

import dev.channels.Consumer;

/**
 * A consumer to be scanned.
 */
@Consumer("scanned")
public class Scanned {

}
