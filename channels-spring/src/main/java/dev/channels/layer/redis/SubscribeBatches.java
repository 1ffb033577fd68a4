package dev.channels.layer.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits channels among commands. Redis refuses a command as a whole, so what may have
 * been the reason goes alone.
 */
final class SubscribeBatches {

	private static final int SIZE = 500;

	private SubscribeBatches() {
	}

	/**
	 * Return what to unsubscribe with one command each.
	 */
	static List<List<String>> ofEnds(List<Subscription> subscriptions) {
		List<List<String>> batches = new ArrayList<>();
		for (int i = 0; i < subscriptions.size(); i += SIZE) {
			batches.add(subscriptions.subList(i, Math.min(i + SIZE, subscriptions.size()))
				.stream()
				.map(Subscription::channel)
				.toList());
		}
		return batches;
	}

	/**
	 * Return what to subscribe with one command each.
	 */
	static List<List<String>> of(List<Subscription> subscriptions) {
		List<List<String>> batches = new ArrayList<>();
		List<String> batch = new ArrayList<>();
		for (Subscription subscription : subscriptions) {
			if (subscription.isAlone()) {
				batches.add(List.of(subscription.channel()));
				continue;
			}
			batch.add(subscription.channel());
			if (batch.size() == SIZE) {
				batches.add(batch);
				batch = new ArrayList<>();
			}
		}
		if (!batch.isEmpty()) {
			batches.add(batch);
		}
		return batches;
	}

}
