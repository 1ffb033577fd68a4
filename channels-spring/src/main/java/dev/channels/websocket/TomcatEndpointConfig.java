package dev.channels.websocket;

import java.util.List;
import java.util.Map;

import jakarta.websocket.Decoder;
import jakarta.websocket.Encoder;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import org.jspecify.annotations.Nullable;

/**
 * Tells Tomcat what has been decided about one connection. Tomcat keeps it as long as the
 * connection lives.
 */
final class TomcatEndpointConfig extends ServerEndpointConfig.Configurator implements ServerEndpointConfig {

	private static final String NO_SUBPROTOCOL = "";

	private final TomcatEndpoint endpoint;

	private final @Nullable String subprotocol;

	TomcatEndpointConfig(TomcatEndpoint endpoint, @Nullable String subprotocol) {
		this.endpoint = endpoint;
		this.subprotocol = subprotocol;
	}

	@Override
	public Class<?> getEndpointClass() {
		return TomcatEndpoint.class;
	}

	/**
	 * Return what Tomcat files our connections under. Nothing is mapped to it.
	 */
	@Override
	public String getPath() {
		return "/";
	}

	@Override
	public List<String> getSubprotocols() {
		return (this.subprotocol != null) ? List.of(this.subprotocol) : List.of();
	}

	@Override
	public List<Extension> getExtensions() {
		return List.of();
	}

	@Override
	public ServerEndpointConfig.Configurator getConfigurator() {
		return this;
	}

	@Override
	public List<Class<? extends Encoder>> getEncoders() {
		return List.of();
	}

	@Override
	public List<Class<? extends Decoder>> getDecoders() {
		return List.of();
	}

	@Override
	public Map<String, Object> getUserProperties() {
		return Map.of();
	}

	@Override
	public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
		return (this.subprotocol != null) ? this.subprotocol : NO_SUBPROTOCOL;
	}

	@Override
	public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
		return List.of();
	}

	@Override
	public boolean checkOrigin(String origin) {
		// was checked before the consumer was asked
		return true;
	}

	@Override
	public void modifyHandshake(ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
		// nothing to modify
	}

	@Override
	public <T> T getEndpointInstance(Class<T> endpointClass) {
		return endpointClass.cast(this.endpoint);
	}

}
