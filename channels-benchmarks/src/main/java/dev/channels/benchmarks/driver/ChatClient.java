package dev.channels.benchmarks.driver;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * One member of a room. Runs on the event loop alone.
 */
final class ChatClient extends SimpleChannelInboundHandler<WebSocketFrame> {

	private final int room;

	private final ChatProtocol protocol;

	private final ChatListener listener;

	private final long created = System.nanoTime();

	private @Nullable ChannelHandlerContext context;

	private long opened;

	private boolean joined;

	private boolean closing;

	private boolean answered;

	private boolean ended;

	ChatClient(int room, ChatProtocol protocol, ChatListener listener) {
		this.room = room;
		this.protocol = protocol;
		this.listener = listener;
	}

	int room() {
		return this.room;
	}

	/**
	 * Return how long it took from the start of the connect to the 101, in nanoseconds.
	 */
	long handshakeNanos() {
		return this.opened - this.created;
	}

	/**
	 * Say something to the room.
	 * @param flush whether it leaves at once
	 */
	void say(String text, boolean flush) {
		send(this.protocol.say(this.room, text), flush);
	}

	void flush() {
		open().flush();
	}

	/**
	 * Ask the server to close.
	 */
	void close() {
		this.closing = true;
		open().writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
	}

	/**
	 * Be gone, without a word.
	 */
	void abort() {
		this.ended = true;
		if (this.context != null) {
			this.context.close();
		}
	}

	private void send(String text, boolean flush) {
		TextWebSocketFrame frame = new TextWebSocketFrame(text);
		if (flush) {
			open().writeAndFlush(frame);
		}
		else {
			open().write(frame);
		}
	}

	private ChannelHandlerContext open() {
		if (this.context == null) {
			throw new IllegalStateException("Not connected");
		}
		return this.context;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext context) {
		this.context = context;
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
			this.opened = System.nanoTime();
			String hello = this.protocol.hello();
			if (hello != null) {
				send(hello, true);
			}
			else {
				join();
			}
		}
	}

	private void join() {
		this.joined = true;
		this.listener.joined(this);
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
		if (frame instanceof TextWebSocketFrame text) {
			received(text);
		}
		else if (frame instanceof CloseWebSocketFrame close) {
			closed(close);
		}
	}

	private void received(TextWebSocketFrame frame) {
		int begin = ChatText.begin(frame.content());
		if (begin >= 0) {
			long text = ChatText.read(frame.content(), begin);
			this.listener.received(this, (int) (text >>> Integer.SIZE), (int) text);
		}
		else if (!this.joined) {
			send(this.protocol.join(this.room), true);
			join();
		}
	}

	/**
	 * The server closes the connection when both have said so.
	 */
	private void closed(CloseWebSocketFrame close) {
		this.answered = close.statusCode() == WebSocketCloseStatus.NORMAL_CLOSURE.code();
		if (!this.closing) {
			open().writeAndFlush(close.retain());
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		end(this.closing && this.answered);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		end(false);
		context.close();
	}

	/**
	 * The connection is gone, or was never there.
	 */
	void end(boolean cleanly) {
		if (!this.ended) {
			this.ended = true;
			this.listener.closed(this, cleanly);
		}
	}

}
