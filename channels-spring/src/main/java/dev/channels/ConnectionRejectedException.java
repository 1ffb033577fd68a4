package dev.channels;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;

/**
 * Thrown by an {@link OnConnect} handler, or by anything it calls, to refuse a connection
 * with an HTTP status.
 *
 * @since 0.1.0
 */
public class ConnectionRejectedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final HttpHeaders headers;

	/**
	 * Create an exception.
	 * @param status a status from 400 to 599
	 * @throws IllegalArgumentException if the status is out of range
	 */
	public ConnectionRejectedException(int status) {
		this(status, HttpHeaders.EMPTY);
	}

	/**
	 * Create an exception.
	 * @param status a status from 400 to 599
	 * @param headers headers of the response, for instance {@code Retry-After}
	 * @throws IllegalArgumentException if the status is out of range
	 */
	public ConnectionRejectedException(int status, HttpHeaders headers) {
		super("Connection rejected with status " + status);
		Assert.isTrue(status >= 400 && status <= 599,
				() -> "A connection is rejected with a status from 400 to 599, not " + status);
		this.status = status;
		this.headers = headers;
	}

	/**
	 * Return the HTTP status.
	 * @return the status
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Return the headers of the response.
	 * @return the headers
	 */
	public HttpHeaders headers() {
		return this.headers;
	}

}
