package dev.channels.layer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An event as a layer carries it: encoded, so that later changes to the object that was
 * sent are not seen. Immutable.
 *
 * @param type the event type
 * @param payload a JSON object with the properties, without the type
 * @param controls what the library itself has to say about this event, by names that
 * begin with {@code __channels_}; empty for most events
 * @since 0.1.0
 */
public record LayerEvent(String type, EventContent payload, Map<String, Object> controls) {

	/**
	 * Beginning of the names of controls. Properties of a payload must not use it.
	 */
	public static final String CONTROL_PREFIX = "__channels_";

	/**
	 * Control with the channel names of the members that a group's event is not for.
	 */
	public static final String EXCEPT = CONTROL_PREFIX + "except";

	/**
	 * Control of an event that was sent to several groups at once: which, and an id that
	 * its copies share. A member of several of these groups gets one of the copies.
	 */
	public static final String ONCE = CONTROL_PREFIX + "once";

	/**
	 * Control with the channel name of the one connection that an event is for.
	 */
	public static final String TO = CONTROL_PREFIX + "to";

	/**
	 * Control with the server that an event is sent through.
	 */
	public static final String VIA = CONTROL_PREFIX + "via";

	/**
	 * Control that asks a connection to close, with a code and a reason.
	 */
	public static final String DISCONNECT = CONTROL_PREFIX + "disconnect";

	/**
	 * Create an event.
	 */
	public LayerEvent {
		controls = Map.copyOf(controls);
	}

	/**
	 * Return the same event with one more control.
	 * @param name the name of the control
	 * @param value text, number, or list or map of such
	 * @return the event
	 */
	public LayerEvent with(String name, Object value) {
		Map<String, Object> controls = new HashMap<>(this.controls);
		controls.put(name, value);
		return new LayerEvent(this.type, this.payload, controls);
	}

	/**
	 * Return the members that the event is not for.
	 * @return their channel names, usually none
	 */
	public List<?> except() {
		return (this.controls.get(EXCEPT) instanceof List<?> names) ? names : List.of();
	}

	@Override
	public String toString() {
		return "event '" + this.type + "'";
	}

}
