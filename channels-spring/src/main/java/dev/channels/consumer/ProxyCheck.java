package dev.channels.consumer;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import dev.channels.ChannelsConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds handlers that a proxy does not pass on. Called through the proxy they would run
 * on the proxy object itself, whose fields are all {@code null}, and nobody would notice.
 */
final class ProxyCheck {

	private ProxyCheck() {
	}

	static void requireReachable(Handler handler, Object proxy) {
		if (AopUtils.isJdkDynamicProxy(proxy)) {
			if (!handler.isOf(proxy)) {
				throw unreachable(handler, "the proxy has interfaces only, which do not declare the method",
						"Set spring.aop.proxy-target-class=true, or declare the method in an interface of the consumer.");
			}
			return;
		}
		String problem = problemOfClassProxy(handler.method(), ClassUtils.getUserClass(proxy));
		if (problem != null) {
			throw unreachable(handler, problem, "Make the method protected or public, and not final.");
		}
	}

	private static ChannelsConfigurationException unreachable(Handler handler, String problem, String action) {
		return new ChannelsConfigurationException(
				handler + " cannot be called: its consumer is proxied (for instance because of @Transactional, "
						+ "@Validated or @PreAuthorize), and " + problem,
				action);
	}

	private static @Nullable String problemOfClassProxy(Method method, Class<?> proxied) {
		int modifiers = method.getModifiers();
		if (Modifier.isPrivate(modifiers)) {
			return "the method is private";
		}
		if (Modifier.isFinal(modifiers)) {
			return "the method is final";
		}
		boolean packagePrivate = !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers);
		boolean samePackage = method.getDeclaringClass().getPackageName().equals(proxied.getPackageName())
				&& method.getDeclaringClass().getClassLoader() == proxied.getClassLoader();
		return (packagePrivate && !samePackage) ? "the method is package-private and inherited from another package"
				: null;
	}

}
