package dev.channels.test.layer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerSettings;

/**
 * The backend under test: starts nodes of it, and invents names.
 */
final class Backend {

	private final ChannelLayerContract contract;

	private final Patience patience;

	private final Deque<Node> nodes = new ArrayDeque<>();

	Backend(ChannelLayerContract contract) {
		this.contract = contract;
		this.patience = new Patience(contract.patience());
	}

	Patience patience() {
		return this.patience;
	}

	Node start() {
		return start(LayerSettings.defaults());
	}

	Node start(LayerSettings settings) {
		DropCounter drops = new DropCounter();
		ChannelLayer layer = this.contract.createLayer(settings, drops);
		Node node = new Node(layer, drops, this.patience);
		this.nodes.push(node);
		return node;
	}

	/**
	 * Start a node whose channels hold so many events.
	 */
	Node startWithCapacity(int capacity) {
		return start(
				new LayerSettings(capacity, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(24)));
	}

	/**
	 * Start a node on which no event may wait that long for a worker.
	 */
	Node startWithWorkerExpiry(Duration workerExpiry) {
		return start(new LayerSettings(1000, List.of(), Duration.ofSeconds(60), workerExpiry, Duration.ofHours(24)));
	}

	GroupName group() {
		return GroupName.of(this.contract.unique("group"));
	}

	GroupName user(String name) {
		return GroupName.ofUser(this.contract.unique(name));
	}

	ChannelName workerChannel() {
		return ChannelName.of(this.contract.unique("worker"));
	}

	String unique(String name) {
		return this.contract.unique(name);
	}

	/**
	 * Close all nodes, also when one of them does not let itself be closed.
	 */
	void close() {
		RuntimeException failure = null;
		for (Node node : this.nodes) {
			try {
				this.contract.closeLayer(node.layer());
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

}
