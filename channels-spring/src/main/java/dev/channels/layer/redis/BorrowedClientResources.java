package dev.channels.layer.redis;

import java.util.concurrent.TimeUnit;

import io.lettuce.core.event.EventBus;
import io.lettuce.core.event.EventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.tracing.Tracing;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.Timer;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;

/**
 * The application's client resources with a reconnect delay of the layer. They stay the
 * application's: who shuts these down shuts nothing down. (A mutated copy would take the
 * shared event loops with it.)
 */
final class BorrowedClientResources implements ClientResources {

	private final ClientResources owned;

	private final Delay reconnectDelay;

	BorrowedClientResources(ClientResources owned, Delay reconnectDelay) {
		this.owned = owned;
		this.reconnectDelay = reconnectDelay;
	}

	@Override
	public Delay reconnectDelay() {
		return this.reconnectDelay;
	}

	@Override
	public Future<Boolean> shutdown() {
		return GlobalEventExecutor.INSTANCE.newSucceededFuture(true);
	}

	@Override
	public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit timeUnit) {
		return shutdown();
	}

	@Override
	public Builder mutate() {
		return this.owned.mutate().reconnectDelay(this.reconnectDelay);
	}

	@Override
	public AddressResolverGroup<?> addressResolverGroup() {
		return this.owned.addressResolverGroup();
	}

	@Override
	public EventPublisherOptions commandLatencyPublisherOptions() {
		return this.owned.commandLatencyPublisherOptions();
	}

	@Override
	public CommandLatencyRecorder commandLatencyRecorder() {
		return this.owned.commandLatencyRecorder();
	}

	@Override
	public int computationThreadPoolSize() {
		return this.owned.computationThreadPoolSize();
	}

	@Override
	public EventBus eventBus() {
		return this.owned.eventBus();
	}

	@Override
	public EventLoopGroupProvider eventLoopGroupProvider() {
		return this.owned.eventLoopGroupProvider();
	}

	@Override
	public EventExecutorGroup eventExecutorGroup() {
		return this.owned.eventExecutorGroup();
	}

	@Override
	public int ioThreadPoolSize() {
		return this.owned.ioThreadPoolSize();
	}

	@Override
	public NettyCustomizer nettyCustomizer() {
		return this.owned.nettyCustomizer();
	}

	@Override
	public SocketAddressResolver socketAddressResolver() {
		return this.owned.socketAddressResolver();
	}

	@Override
	public Timer timer() {
		return this.owned.timer();
	}

	@Override
	public Tracing tracing() {
		return this.owned.tracing();
	}

}
