package dev.channels.consumer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import dev.channels.CloseStatus;
import dev.channels.InvalidMessageException;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionHandler;
import dev.channels.connection.ServerConnection;
import dev.channels.layer.DropReason;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.UndecodableEventException;
import org.jspecify.annotations.Nullable;

/**
 * Serves one connection with one consumer.
 */
final class ConsumerConnectionHandler implements ConnectionHandler {

	private final ConsumerModel model;

	private final List<GroupTemplate> groups;

	private final ServerConnection connection;

	private final Object consumer;

	private final ConsumerCalls calls;

	ConsumerConnectionHandler(ConsumerModel model, List<GroupTemplate> groups, ServerConnection connection) {
		this.model = model;
		this.groups = groups;
		this.connection = connection;
		this.consumer = model.create();
		this.calls = new ConsumerCalls(model, this.consumer, connection);
	}

	@Override
	public @Nullable CompletionStage<?> connect() throws Exception {
		this.groups.forEach((group) -> this.connection.join(group.expand(this.connection.pathVariables())));
		Handler handler = this.model.methods().connect();
		return (handler != null) ? this.calls.callUnhandled(handler, this.connection) : null;
	}

	@Override
	public @Nullable CompletionStage<?> receive(ClientMessage message) throws Exception {
		Handler handler;
		try {
			handler = handlerOf(message);
		}
		catch (InvalidMessageException ex) {
			return this.calls.handle(ex);
		}
		return this.calls.call(handler, message);
	}

	private Handler handlerOf(ClientMessage message) {
		HandlerMethods methods = this.model.methods();
		if (message.binary() != null) {
			return require(methods.binary(), 1003, "a binary message");
		}
		Map<String, Handler> typed = methods.messages();
		if (typed.isEmpty()) {
			return require(methods.text(), 1003, "a text message");
		}
		String property = this.model.definition().annotation().typeProperty();
		String type = this.model.reader().typeOf(message, property);
		Handler handler = (type != null) ? typed.get(type) : null;
		return require((handler != null) ? handler : methods.text(), 1008,
				"a message whose '" + property + "' is none of " + typed.keySet());
	}

	private Handler require(@Nullable Handler handler, int closeCode, String what) {
		if (handler == null) {
			throw new InvalidMessageException(closeCode,
					what + ", which consumer '" + this.model.name() + "' does not handle", null);
		}
		return handler;
	}

	@Override
	public @Nullable CompletionStage<?> event(SharedEvent event) throws Exception {
		Handler handler = this.model.methods().event(event.type());
		if (handler == null) {
			this.model.drops()
				.dropped(DropReason.NO_HANDLER,
						() -> event + ", which consumer '" + this.model.name() + "' does not handle");
			return null;
		}
		try {
			return this.calls.call(handler, event);
		}
		catch (UndecodableEventException ex) {
			this.model.drops()
				.dropped(DropReason.UNDECODABLE, () -> ex.getMessage() + ", for consumer '" + this.model.name() + "'");
			return null;
		}
	}

	@Override
	public @Nullable CompletionStage<?> failure(Throwable failure) throws Exception {
		return this.calls.handle(failure);
	}

	@Override
	public @Nullable CompletionStage<?> disconnect(CloseStatus status) throws Exception {
		Handler handler = this.model.methods().disconnect();
		return (handler != null) ? this.calls.call(handler, status) : null;
	}

	@Override
	public void destroy() {
		this.model.destroy(this.consumer);
	}

}
