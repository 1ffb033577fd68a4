package dev.channels.connection;

import java.security.Principal;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.ClassUtils;

/**
 * Who made the handshake, for method security in the connect handler and in what it
 * calls: the handler runs on another thread than the request, where Spring Security knows
 * nobody.
 */
final class HandshakeIdentity {

	private static final boolean springSecurity = ClassUtils.isPresent(
			"org.springframework.security.core.context.SecurityContextHolder",
			HandshakeIdentity.class.getClassLoader());

	private HandshakeIdentity() {
	}

	/**
	 * Call the connect handler as this principal, until it returns.
	 */
	static @Nullable CompletionStage<?> call(@Nullable Principal principal, ConnectPhase.ConnectCall call)
			throws Exception {
		return (springSecurity && principal != null) ? WithSpringSecurity.call(principal, call) : call.call();
	}

	private static final class WithSpringSecurity {

		static @Nullable CompletionStage<?> call(Principal principal, ConnectPhase.ConnectCall call) throws Exception {
			if (!(principal instanceof Authentication authentication)) {
				return call.call();
			}
			SecurityContext context = SecurityContextHolder.createEmptyContext();
			context.setAuthentication(authentication);
			SecurityContextHolder.setContext(context);
			try {
				return call.call();
			}
			finally {
				SecurityContextHolder.clearContext();
			}
		}

	}

}
