package dev.channels.test.redis;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.channels.layer.DropCounter;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;

/**
 * The process of a node that has members. Tells which members of others it has removed.
 */
final class MemberNode {

	private MemberNode() {
	}

	/**
	 * @param args the host and the port of Redis, how many members, and {@code dies} if
	 * it is to do so after it has told of the first that it has removed
	 */
	public static void main(String[] args) throws Exception {
		RedisNodes nodes = RedisNodes.on(args[0], Integer.parseInt(args[1]));
		RedisChannelLayer layer = nodes.start(LayerSettings.defaults(), new DropCounter(), new RedisLayerListener() {
			@Override
			public void membersRemoved(String group, List<String> channelNames) {
				channelNames.forEach((name) -> System.out.println("removed " + group + " " + name));
				if (args.length > 3) {
					System.out.println("dies");
					Runtime.getRuntime().halt(1);
				}
			}
		});
		Population population = new Population(layer).join(Integer.parseInt(args[2]), LoadedNodes.groups());
		population.members()
			.forEach((member) -> System.out.println("member " + member.group().value() + " " + member.name()));
		System.out.println("ready");
		waitForEver();
	}

	private static void waitForEver() {
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
