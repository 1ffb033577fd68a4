package dev.channels.test.layer;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands each test its {@link Backend} and closes it right afterwards: what the
 * implementer's own {@code @AfterEach} methods tear down is still there.
 */
final class BackendExtension implements ParameterResolver, AfterTestExecutionCallback {

	private static final Namespace NAMESPACE = Namespace.create(BackendExtension.class);

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == Backend.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		Backend backend = new Backend((ChannelLayerContract) context.getRequiredTestInstance());
		context.getStore(NAMESPACE).put(Backend.class, backend);
		return backend;
	}

	@Override
	public void afterTestExecution(ExtensionContext context) {
		Backend backend = context.getStore(NAMESPACE).remove(Backend.class, Backend.class);
		if (backend != null) {
			backend.close();
		}
	}

}
