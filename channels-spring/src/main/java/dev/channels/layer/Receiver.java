package dev.channels.layer;

import java.util.function.Consumer;

/**
 * Gets the events of a channel. One that is given to
 * {@link ChannelLayer#subscribe(ChannelName, Consumer)} also gets, at once, what is not
 * for a handler: a request to close passes events that wait, and finds room in a channel
 * that is full.
 *
 * @since 0.1.0
 */
public interface Receiver extends Consumer<Delivery> {

	/**
	 * Do what an event with the control {@link LayerEvent#DISCONNECT} asks for, on the
	 * thread that delivers. Must neither block nor throw.
	 * @param event the event
	 */
	void control(SharedEvent event);

}
