package dev.channels.test.layer;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.InMemoryChannelLayer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import org.junit.jupiter.api.AfterAll;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contract on {@link InMemoryChannelLayer}.
 */
class InMemoryChannelLayerContractTests extends ChannelLayerContract {

	private static final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private static final JsonMapper mapper = JsonMapper.builder().build();

	@Override
	protected ChannelLayer createLayer(LayerSettings settings, DropCounter drops) {
		return new InMemoryChannelLayer(settings, new EventCodec(mapper, new JsonEventSerializer()),
				new LocalDelivery(settings, drops, mapper), drops, timer);
	}

	@AfterAll
	static void stopTimer() {
		timer.shutdownNow();
	}

}
