package dev.channels.benchmarks.driver;

import java.net.URI;
import java.util.List;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;

/**
 * Connects clients, on one event loop.
 */
final class Connector {

	private static final String HOST = "127.0.0.1";

	private static final int MAX_RESPONSE = 64 * 1_024;

	private final EventLoop loop;

	private final ChatProtocol protocol;

	private final List<Integer> ports;

	Connector(EventLoop loop, ChatProtocol protocol, List<Integer> ports) {
		this.loop = loop;
		this.protocol = protocol;
		this.ports = ports;
	}

	/**
	 * Begin to connect a client.
	 * @param index which of the servers it takes, modulo their number
	 */
	ChatClient connect(int room, int index, ChatListener listener) {
		ChatClient client = new ChatClient(room, this.protocol, listener);
		int port = this.ports.get(index % this.ports.size());
		new Bootstrap().group(this.loop)
			.channel(NioSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.handler(new Pipeline(URI.create("ws://" + HOST + ":" + port + this.protocol.path(room)), client))
			.connect(HOST, port)
			.addListener((future) -> {
				if (!future.isSuccess()) {
					client.end(false);
				}
			});
		return client;
	}

	private static final class Pipeline extends ChannelInitializer<Channel> {

		private final URI uri;

		private final ChatClient client;

		Pipeline(URI uri, ChatClient client) {
			this.uri = uri;
			this.client = client;
		}

		@Override
		protected void initChannel(Channel channel) {
			WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
				.webSocketUri(this.uri)
				.allowExtensions(false)
				.handleCloseFrames(false)
				.dropPongFrames(true)
				.withUTF8Validator(false)
				.build();
			channel.pipeline()
				.addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_RESPONSE),
						new WebSocketClientProtocolHandler(config), this.client);
		}

	}

}
