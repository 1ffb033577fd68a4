package dev.channels.websocket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;

/**
 * The address of the peer. A proxy's header may put any name in its place, and names are
 * not looked up: what is no literal address stays unresolved.
 */
final class RemoteAddress {

	private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

	private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);

	private RemoteAddress() {
	}

	static InetSocketAddress of(HttpServletRequest request) {
		String host = request.getRemoteAddr();
		int port = Math.max(0, Math.min(request.getRemotePort(), 65535));
		// with a colon it is taken for IPv6 or refused, and without one never guessed at
		if (host.indexOf(':') >= 0 || IPV4.matcher(host).matches()) {
			try {
				return new InetSocketAddress(InetAddress.getByName(host), port);
			}
			catch (UnknownHostException ex) {
				return InetSocketAddress.createUnresolved(host, port);
			}
		}
		return InetSocketAddress.createUnresolved(host, port);
	}

}
