package dev.channels.test.layer;

import java.time.Duration;
import java.util.UUID;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.LayerSettings;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link ChannelLayer} promises, as tests. To run them, extend this class in
 * your own tests and say how a layer is made:
 *
 * <pre class="code">
 * class MyChannelLayerContractTests extends ChannelLayerContract {
 *
 *     &#64;Override
 *     protected ChannelLayer createLayer(LayerSettings settings, DropCounter drops) {
 *         return new MyChannelLayer(settings, drops);
 *     }
 *
 * }</pre>
 *
 * A layer that several nodes share extends {@link SharedChannelLayerContract} instead.
 * <p>
 * The tests speak of payloads and how they come through, connections, groups, users,
 * worker channels with retries and dead letters, and of all that under the load of
 * several threads. They invent the names of the groups and worker channels they use, so
 * that they may run against a backend that is not empty. Only those whose name says
 * {@code flush} empty it.
 *
 * @since 0.1.0
 * @see SharedChannelLayerContract
 */
@ExtendWith(BackendExtension.class)
public abstract class ChannelLayerContract implements PayloadContract, ConnectionContract, GroupMembershipContract,
		GroupSendContract, SeveralGroupsContract, UserContract, WorkerContract, WorkerStopContract, WorkerRetryContract,
		DeadLetterContract, WorkerExpiryContract, LoadContract {

	/**
	 * Create a layer as one node has it. Called several times in a test of a layer that
	 * nodes share, and each call is another node of the same backend.
	 * @param settings the limits
	 * @param drops where the layer has to count what it drops
	 * @return the layer, ready for use
	 */
	protected abstract ChannelLayer createLayer(LayerSettings settings, DropCounter drops);

	/**
	 * Close a layer. Called after each test for each layer it used, the last one first,
	 * before any {@code @AfterEach} method. Closes it and nothing else, unless
	 * overridden.
	 * @param layer a layer that {@link #createLayer} returned
	 */
	protected void closeLayer(ChannelLayer layer) {
		layer.close();
	}

	/**
	 * Return how long to wait for something that has to happen (default 10 s). No test
	 * takes that long unless it fails.
	 * @return the limit
	 */
	protected Duration patience() {
		return Duration.ofSeconds(10);
	}

	/**
	 * Invent a name. May be of use for a prefix of the backend's keys as well.
	 * @param name what the name begins with
	 * @return a name that no other test uses
	 */
	protected String unique(String name) {
		return name + "-" + UUID.randomUUID().toString().replace("-", "");
	}

}
