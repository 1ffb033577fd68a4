package dev.channels.test.layer;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.LayerSettings;
import org.junit.jupiter.api.AfterAll;

/**
 * The contract between nodes, on the nodes of a {@link MemoryCluster}.
 */
class MemoryClusterContractTests extends SharedChannelLayerContract {

	private static final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final MemoryCluster cluster = new MemoryCluster(timer);

	@Override
	protected ChannelLayer createLayer(LayerSettings settings, DropCounter drops) {
		return this.cluster.join(settings, drops);
	}

	@AfterAll
	static void stopTimer() {
		timer.shutdownNow();
	}

}
