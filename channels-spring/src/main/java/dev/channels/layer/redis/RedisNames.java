package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Names of channels and keys in Redis. Those of groups are what the pub/sub layer of
 * channels_redis uses (version 3.3.1 and newer), so that a Django application takes part.
 */
final class RedisNames {

	private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9\\-_.]{1,40}");

	private static final String GROUP = "__group__";

	private static final String USER = "__user__";

	private final String prefix;

	RedisNames(String prefix) {
		Assert.isTrue(PREFIX.matcher(prefix).matches(), () -> "prefix '" + prefix
				+ "' is not legal: use 1 to 40 ASCII letters, digits, hyphens, underscores or periods");
		this.prefix = prefix;
	}

	/**
	 * The name under which a group is known to Redis and to this node: what a user is
	 * called can be any text, and is nobody's business.
	 */
	GroupName hidden(GroupName group) {
		return group.user() ? GroupName.ofUser(hash(group.value())) : group;
	}

	/**
	 * The Redis channel of a group.
	 * @param group a {@link #hidden} name
	 */
	String channelOf(GroupName group) {
		return this.prefix + (group.user() ? USER : GROUP) + group.value();
	}

	/**
	 * The group of a Redis channel, {@code null} if it is not that of a group.
	 */
	@Nullable GroupName groupOfChannel(String redisChannel) {
		if (redisChannel.startsWith(GROUP, this.prefix.length())) {
			return GroupName.of(redisChannel.substring(this.prefix.length() + GROUP.length()));
		}
		if (redisChannel.startsWith(USER, this.prefix.length())) {
			return GroupName.ofUser(redisChannel.substring(this.prefix.length() + USER.length()));
		}
		return null;
	}

	/**
	 * The Redis channel of a node: what is for one of its connections, and its own
	 * probes.
	 */
	String nodeChannel(String node) {
		return this.prefix + "__node__" + node;
	}

	/**
	 * Whether this is the name of a Django connection: {@code asgispecific.<32 hex>}.
	 */
	boolean isDjangoConnection(ChannelName channel) {
		return channel.value().startsWith(this.prefix + "specific.") && !channel.isConnection();
	}

	/**
	 * The sorted set with the members of a group.
	 * @param group a {@link #hidden} name
	 */
	String membersKey(GroupName group) {
		return this.prefix + (group.user() ? ":user:" : ":members:") + group.value();
	}

	/**
	 * The name of the group whose members a key holds, for messages.
	 */
	String groupOf(String membersKey) {
		return membersKey.substring(membersKey.indexOf(':', this.prefix.length() + 1) + 1);
	}

	/**
	 * Whether a key holds the members of a group that the application chose.
	 */
	boolean isGroup(String membersKey) {
		return membersKey.startsWith(this.prefix + ":members:");
	}

	/**
	 * The sorted set with the end of each node's lease.
	 */
	String nodesKey() {
		return this.prefix + ":{nodes}";
	}

	/**
	 * Who removes the members of a dead node.
	 */
	String claimKey(String node) {
		return this.prefix + ":{nodes}:claim:" + node;
	}

	/**
	 * The index of a node: the sorted set with the keys of the groups in which it has
	 * members.
	 */
	String nodeGroupsKey(String node) {
		return this.prefix + ":node:" + node + ":groups";
	}

	/**
	 * The stream of a worker channel.
	 */
	String workerKey(ChannelName channel) {
		return this.prefix + ":worker:{" + channel.value() + "}";
	}

	/**
	 * The stream with the dead letters of a worker channel.
	 */
	String deadLettersKey(ChannelName channel) {
		return workerKey(channel) + ":dead";
	}

	/**
	 * Patterns of all keys that hold groups and events.
	 */
	String[] dataPatterns() {
		return new String[] { this.prefix + ":members:*", this.prefix + ":user:*", this.prefix + ":node:*:groups",
				this.prefix + ":worker:*" };
	}

	private static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
