package dev.channels.test.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.channels.layer.GroupName;
import dev.channels.test.layer.Events.Numbered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several threads that send numbered events to one group, and what its members have to
 * get of it.
 */
final class Traffic {

	private final Backend backend;

	private final GroupName group;

	private final List<TestConnection> members = new ArrayList<>();

	private int senders;

	private int events;

	Traffic(Backend backend, GroupName group) {
		this.backend = backend;
		this.group = group;
	}

	void members(Node node, int number) {
		for (int i = 0; i < number; i++) {
			this.members.add(node.connect(this.group));
		}
	}

	/**
	 * Send from one thread for each of the nodes, without a wait between events.
	 */
	void send(List<Node> nodes, int number) {
		this.senders = nodes.size();
		this.events = number;
		this.backend.patience().result(Threads.start(nodes.size(), (sender) -> {
			List<CompletionStage<Void>> stages = new ArrayList<>();
			for (int i = 0; i < number; i++) {
				stages.add(nodes.get(sender).layer().groupSend(this.group, Events.numbered(sender, i)));
			}
			stages.forEach(this.backend.patience()::result);
		}));
	}

	/**
	 * See that each member gets everything, and nothing twice: what comes next is sent
	 * afterwards.
	 */
	void assertComplete(Node node) {
		this.members.forEach(this::assertComplete);
		node.send(this.group, "marker");
		this.members.forEach((member) -> member.expect("marker"));
	}

	private void assertComplete(TestConnection member) {
		int[] next = new int[this.senders];
		for (int i = 0; i < this.senders * this.events; i++) {
			Numbered event = (Numbered) member.next().payload(Numbered.class);
			assertThat(event.number()).as("event of sender " + event.sender() + " for " + member.name())
				.isEqualTo(next[event.sender()]);
			next[event.sender()]++;
		}
	}

}
