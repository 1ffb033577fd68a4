package dev.channels.architecture.planted.consumer;

import org.slf4j.Logger;

/**
 * Planted: one log framework is enough.
 */
class LogsElsewhere {

	Logger logger;

}
