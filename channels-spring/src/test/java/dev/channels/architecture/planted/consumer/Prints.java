package dev.channels.architecture.planted.consumer;

/**
 * Planted: the library logs.
 */
class Prints {

	void print() {
		System.out.println();
	}

}
