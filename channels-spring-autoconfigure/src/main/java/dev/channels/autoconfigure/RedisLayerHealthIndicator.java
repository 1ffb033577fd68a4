package dev.channels.autoconfigure;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether a layer is connected to Redis. Asks nobody: the layer knows.
 */
final class RedisLayerHealthIndicator extends AbstractHealthIndicator {

	private final RedisLayers.Entry layer;

	RedisLayerHealthIndicator(RedisLayers.Entry layer) {
		super("The layer does not say whether it is connected");
		this.layer = layer;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.status(this.layer.layer().isConnected() ? "UP" : "DOWN")
			.withDetail("servers", this.layer.layer().servers())
			.withDetail("node", this.layer.layer().node())
			.withDetail("gaps", this.layer.gaps().count());
	}

}
