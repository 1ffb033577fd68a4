package dev.channels.connection;

import dev.channels.ChannelLayerException;
import dev.channels.ConnectionRejectedException;
import dev.channels.InvalidMessageException;
import dev.channels.InvalidNameException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.util.ClassUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * The HTTP status that an exception stands for, as it does in a controller: with one it
 * is a refusal, which is no error of the application; without one it is.
 * <table>
 * <caption>Exceptions with a status</caption>
 * <tr>
 * <th>exception</th>
 * <th>status</th>
 * </tr>
 * <tr>
 * <td>{@link ConnectionRejectedException}, {@link ErrorResponse}, a class annotated
 * {@link ResponseStatus}</td>
 * <td>its own, if it is one from 400 to 599</td>
 * </tr>
 * <tr>
 * <td>{@link InvalidNameException}, {@link InvalidMessageException}</td>
 * <td>400</td>
 * </tr>
 * <tr>
 * <td>Spring Security's {@code AuthenticationException}</td>
 * <td>401</td>
 * </tr>
 * <tr>
 * <td>Spring Security's {@code AccessDeniedException}</td>
 * <td>403</td>
 * </tr>
 * <tr>
 * <td>{@link ChannelLayerException}</td>
 * <td>503</td>
 * </tr>
 * </table>
 *
 * @param status a status from 400 to 599
 * @param headers headers of the response, often none
 * @since 0.1.0
 */
public record RefusalStatus(HttpStatusCode status, HttpHeaders headers) {

	private static final boolean springSecurity = ClassUtils
		.isPresent("org.springframework.security.access.AccessDeniedException", RefusalStatus.class.getClassLoader());

	/**
	 * As far as one exception may be wrapped in others; a chain of causes can be a ring.
	 */
	private static final int MAX_DEPTH = 20;

	/**
	 * Find the status of an exception, or else of its causes, the outermost first.
	 * @param failure the exception
	 * @return what it stands for, or {@code null} if it is an error of the application
	 */
	public static @Nullable RefusalStatus of(Throwable failure) {
		Throwable reason = reasonIn(failure);
		return (reason != null) ? ofItself(reason) : null;
	}

	/**
	 * Find the exception that has a status: this one, or else one of its causes.
	 * @param failure the exception
	 * @return the outermost exception with a status, or {@code null} if there is none
	 */
	public static @Nullable Throwable reasonIn(Throwable failure) {
		Throwable current = failure;
		for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
			if (ofItself(current) != null) {
				return current;
			}
			current = current.getCause();
		}
		return null;
	}

	private static @Nullable RefusalStatus ofItself(Throwable failure) {
		if (failure instanceof ConnectionRejectedException rejected) {
			return of(HttpStatusCode.valueOf(rejected.status()), rejected.headers());
		}
		if (failure instanceof ErrorResponse response) {
			return of(response.getStatusCode(), response.getHeaders());
		}
		if (failure instanceof InvalidNameException || failure instanceof InvalidMessageException) {
			return of(HttpStatusCode.valueOf(400), HttpHeaders.EMPTY);
		}
		if (failure instanceof ChannelLayerException) {
			return of(HttpStatusCode.valueOf(503), HttpHeaders.EMPTY);
		}
		if (springSecurity && OfSpringSecurity.isUnauthenticated(failure)) {
			return of(HttpStatusCode.valueOf(401), HttpHeaders.EMPTY);
		}
		if (springSecurity && OfSpringSecurity.isDenied(failure)) {
			return of(HttpStatusCode.valueOf(403), HttpHeaders.EMPTY);
		}
		ResponseStatus annotation = AnnotatedElementUtils.findMergedAnnotation(failure.getClass(),
				ResponseStatus.class);
		return (annotation != null) ? of(annotation.code(), HttpHeaders.EMPTY) : null;
	}

	private static @Nullable RefusalStatus of(HttpStatusCode status, HttpHeaders headers) {
		return status.isError() ? new RefusalStatus(status, headers) : null;
	}

	/**
	 * Loaded only where Spring Security is there, which nobody needs to have.
	 */
	private static final class OfSpringSecurity {

		static boolean isUnauthenticated(Throwable failure) {
			return failure instanceof AuthenticationException;
		}

		static boolean isDenied(Throwable failure) {
			return failure instanceof AccessDeniedException;
		}

	}

}
