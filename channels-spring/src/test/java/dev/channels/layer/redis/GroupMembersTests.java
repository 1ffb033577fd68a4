package dev.channels.layer.redis;

import java.util.List;
import java.util.stream.Stream;

import dev.channels.GroupAddress;
import dev.channels.layer.GroupName;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link GroupMembers}.
 */
class GroupMembersTests {

	private static final GroupName ROOM = GroupName.of("room");

	private final FakeRedis redis = new FakeRedis();

	private final GroupMembers members = new GroupMembers(this.redis, new RedisNames("asgi"));

	@Test
	void counts() {
		this.redis.answer("zcard", 3L);
		assertThat(this.members.count(ROOM)).isCompletedWithValue(3L);
		assertThat(this.redis.received()).containsExactly("zcard asgi:members:room");
	}

	@Test
	void readsTheLastPage() {
		this.redis.answer("zscan", scanned("0", "c1", "c2"));
		assertThat(page(null, 10)).isEqualTo(new GroupAddress.Page(List.of("c1", "c2"), null));
	}

	@Test
	void readsAPageThatIsFollowedByOthers() {
		this.redis.answer("zscan", scanned("7", "c1", "c2"));
		assertThat(page("3", 2)).isEqualTo(new GroupAddress.Page(List.of("c1", "c2"), "7"));
	}

	@Test
	void readsOnUntilThePageIsFull() {
		this.redis.answer("zscan", scanned("7", "c1"));
		assertThat(page(null, 3).channelNames()).containsExactly("c1", "c1", "c1");
		assertThat(this.redis.received()).hasSize(3);
	}

	@Test
	void refusesPagesWithoutMembers() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.members.page(ROOM, null, 0))
			.withMessage("limit must be positive, not 0");
	}

	private GroupAddress.Page page(String cursor, int limit) {
		return this.members.page(ROOM, cursor, limit).toCompletableFuture().join();
	}

	private static ScoredValueScanCursor<byte[]> scanned(String cursor, String... members) {
		ScoredValueScanCursor<byte[]> scanned = new ScoredValueScanCursor<>();
		scanned.setCursor(cursor);
		scanned.setFinished(cursor.equals("0"));
		Stream.of(members).forEach((member) -> scanned.getValues().add(ScoredValue.just(1, Script.bytes(member))));
		return scanned;
	}

}
