package dev.channels.websocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SendfileDataBase;
import org.apache.tomcat.util.net.SendfileState;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * A socket of Tomcat that takes as many bytes as it is told to. The rules of operations
 * are Tomcat's own.
 */
final class FakeSocket extends SocketWrapperBase<NioChannel> {

	private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

	private int room = Integer.MAX_VALUE;

	/**
	 * What TLS has encrypted and the network has not taken.
	 */
	private boolean outboundRemains;

	private IOException broken;

	private Runnable waiting;

	private int calls;

	FakeSocket() {
		super(null, new NioEndpoint());
	}

	/**
	 * Take so many bytes, and no more.
	 */
	synchronized FakeSocket room(int bytes) {
		this.room = bytes;
		return this;
	}

	/**
	 * Let the network take so many bytes more, as the poller would notice.
	 */
	void drain(int bytes) {
		synchronized (this) {
			this.room += bytes;
		}
		poll();
	}

	void breakDown() {
		synchronized (this) {
			this.broken = new IOException("Broken pipe");
		}
		poll();
	}

	void outboundRemains(boolean remains) {
		this.outboundRemains = remains;
		if (!remains) {
			poll();
		}
	}

	private void poll() {
		Runnable operation;
		synchronized (this) {
			operation = this.waiting;
			this.waiting = null;
		}
		if (operation != null) {
			operation.run();
		}
	}

	/**
	 * Write, as Tomcat does.
	 */
	void occupy() {
		this.writePending.acquireUninterruptibly();
	}

	void leave() {
		this.writePending.release();
	}

	/**
	 * Write a frame of Tomcat's own.
	 */
	void writeOwn(byte[] frame) {
		occupy();
		synchronized (this) {
			this.taken.writeBytes(frame);
		}
		leave();
	}

	synchronized byte[] taken() {
		return this.taken.toByteArray();
	}

	synchronized boolean isWaiting() {
		return this.waiting != null;
	}

	synchronized int calls() {
		return this.calls;
	}

	private synchronized long take(ByteBuffer[] buffers, int offset, int length) throws IOException {
		this.calls++;
		if (this.broken != null) {
			throw this.broken;
		}
		long before = this.room;
		for (int i = offset; i < offset + length; i++) {
			byte[] bytes = new byte[Math.min(this.room, buffers[i].remaining())];
			buffers[i].get(bytes);
			this.taken.writeBytes(bytes);
			this.room -= bytes.length;
		}
		return before - this.room;
	}

	@Override
	protected <A> OperationState<A> newOperationState(boolean read, ByteBuffer[] buffers, int offset, int length,
			BlockingMode block, long timeout, TimeUnit unit, A attachment, CompletionCheck check,
			CompletionHandler<Long, ? super A> handler, Semaphore semaphore,
			VectoredIOCompletionHandler<A> completion) {
		return new Operation<>(read, buffers, offset, length, block, timeout, unit, attachment, check, handler,
				semaphore, completion);
	}

	private final class Operation<A> extends OperationState<A> {

		private volatile boolean inline = true;

		Operation(boolean read, ByteBuffer[] buffers, int offset, int length, BlockingMode block, long timeout,
				TimeUnit unit, A attachment, CompletionCheck check, CompletionHandler<Long, ? super A> handler,
				Semaphore semaphore, VectoredIOCompletionHandler<A> completion) {
			super(read, buffers, offset, length, block, timeout, unit, attachment, check, handler, semaphore,
					completion);
		}

		@Override
		protected boolean isInline() {
			return this.inline;
		}

		@Override
		protected boolean hasOutboundRemaining() {
			return FakeSocket.this.outboundRemains;
		}

		@Override
		public void run() {
			long bytes;
			try {
				bytes = take(this.buffers, this.offset, this.length);
			}
			catch (IOException ex) {
				this.completion.failed(ex, this);
				return;
			}
			boolean done = !buffersArrayHasRemaining(this.buffers, this.offset, this.length) && !hasOutboundRemaining();
			if (bytes > 0 || done) {
				this.completion.completed(bytes, this);
				return;
			}
			this.inline = false;
			synchronized (FakeSocket.this) {
				FakeSocket.this.waiting = this;
			}
		}

	}

	@Override
	protected void populateRemoteHost() {
	}

	@Override
	protected void populateRemoteAddr() {
	}

	@Override
	protected void populateRemotePort() {
	}

	@Override
	protected void populateLocalName() {
	}

	@Override
	protected void populateLocalAddr() {
	}

	@Override
	protected void populateLocalPort() {
	}

	@Override
	public int read(boolean block, byte[] bytes, int offset, int length) {
		return 0;
	}

	@Override
	public int read(boolean block, ByteBuffer buffer) {
		return 0;
	}

	@Override
	public boolean isReadyForRead() {
		return false;
	}

	@Override
	public void setAppReadBufHandler(ApplicationBufferHandler handler) {
	}

	@Override
	protected void doClose() {
	}

	@Override
	protected boolean flushNonBlocking() {
		return false;
	}

	@Override
	protected void doWrite(boolean block, ByteBuffer from) {
	}

	@Override
	public void registerReadInterest() {
	}

	@Override
	public void registerWriteInterest() {
	}

	@Override
	public SendfileDataBase createSendfileData(String filename, long position, long length) {
		return null;
	}

	@Override
	public SendfileState processSendfile(SendfileDataBase data) {
		return null;
	}

	@Override
	public void doClientAuth(SSLSupport support) {
	}

	@Override
	public SSLSupport getSslSupport() {
		return null;
	}

}
