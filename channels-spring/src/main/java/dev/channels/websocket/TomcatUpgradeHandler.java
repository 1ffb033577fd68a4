package dev.channels.websocket;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;

/**
 * Tomcat's own upgrade handler, which also tells the lock under which Tomcat processes
 * what a client sends. Public because Tomcat creates it.
 *
 * @since 0.1.0
 */
public final class TomcatUpgradeHandler extends WsHttpUpgradeHandler {

	private volatile Lock lock = new ReentrantLock();

	@Override
	public void setSocketWrapper(SocketWrapperBase<?> socketWrapper) {
		this.lock = socketWrapper.getLock();
		super.setSocketWrapper(socketWrapper);
	}

	/**
	 * Return the lock that a container thread holds while it processes frames of the
	 * client.
	 */
	Lock lock() {
		return this.lock;
	}

}
