package dev.channels.layer.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.GroupAddress;
import dev.channels.layer.GroupName;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Asks the registry who is in a group, on all nodes.
 */
final class GroupMembers {

	private final CommandSender redis;

	private final RedisNames names;

	GroupMembers(CommandSender redis, RedisNames names) {
		this.redis = redis;
		this.names = names;
	}

	/**
	 * Count the members.
	 * @return completes on an I/O thread
	 */
	CompletionStage<Long> count(GroupName group) {
		String key = this.names.membersKey(this.names.hidden(group));
		return this.redis.send((commands) -> commands.zcard(key));
	}

	/**
	 * Read a page of the members.
	 * @param cursor what the page before says, {@code null} for the first
	 * @return completes on an I/O thread
	 */
	CompletionStage<GroupAddress.Page> page(GroupName group, @Nullable String cursor, int limit) {
		Assert.isTrue(limit > 0, () -> "limit must be positive, not " + limit);
		ScanCursor from = (cursor != null) ? ScanCursor.of(cursor) : ScanCursor.INITIAL;
		return page(this.names.membersKey(this.names.hidden(group)), from, limit, new ArrayList<>());
	}

	private CompletionStage<GroupAddress.Page> page(String key, ScanCursor from, int limit, List<String> members) {
		return this.redis.send((commands) -> commands.zscan(key, from, ScanArgs.Builder.limit(limit - members.size())))
			.thenCompose((scanned) -> {
				scanned.getValues().forEach((member) -> members.add(Script.text(member.getValue())));
				if (scanned.isFinished() || members.size() >= limit) {
					String next = scanned.isFinished() ? null : scanned.getCursor();
					return CompletableFuture.completedStage(new GroupAddress.Page(List.copyOf(members), next));
				}
				return page(key, scanned, limit, members);
			});
	}

}
