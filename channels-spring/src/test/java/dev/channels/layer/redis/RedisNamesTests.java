package dev.channels.layer.redis;

import java.util.UUID;

import dev.channels.InvalidNameException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link RedisNames}: they are a contract with other versions and with Django.
 */
class RedisNamesTests {

	private static final String NODE = UUID.randomUUID().toString().replace("-", "");

	/** {@code printf 'ann@example.org' | sha256sum}. */
	private static final String HASH = "438c4c7afe600cdf1e455c369bec76dc970fc8ca463447c7b387a347f3c79331";

	private final RedisNames names = new RedisNames("asgi");

	@Test
	void namesOfGroupsAreThoseOfDjango() {
		GroupName group = GroupName.of("chat_lobby");
		assertThat(this.names.hidden(group)).isEqualTo(group);
		assertThat(this.names.channelOf(group)).isEqualTo("asgi__group__chat_lobby");
		assertThat(this.names.membersKey(group)).isEqualTo("asgi:members:chat_lobby");
	}

	@Test
	void namesOfNodes() {
		assertThat(this.names.nodeChannel("n1")).isEqualTo("asgi__node__n1");
		assertThat(this.names.nodesKey()).isEqualTo("asgi:{nodes}");
		assertThat(this.names.claimKey("n1")).isEqualTo("asgi:{nodes}:claim:n1");
		assertThat(this.names.nodeGroupsKey("n1")).isEqualTo("asgi:node:n1:groups");
	}

	@Test
	void namesOfWorkerChannels() {
		ChannelName channel = ChannelName.of("thumbnails");
		assertThat(this.names.workerKey(channel)).isEqualTo("asgi:worker:{thumbnails}");
		assertThat(this.names.deadLettersKey(channel)).isEqualTo("asgi:worker:{thumbnails}:dead");
	}

	@Test
	void whatAUserIsCalledDoesNotReachRedis() throws Exception {
		GroupName user = this.names.hidden(GroupName.ofUser("ann@example.org"));
		assertThat(user.user()).isTrue();
		assertThat(user.value()).matches("[0-9a-f]{64}").isEqualTo(HASH);
		assertThat(this.names.channelOf(user)).isEqualTo("asgi__user__" + HASH);
		assertThat(this.names.membersKey(user)).isEqualTo("asgi:user:" + HASH);
	}

	@Test
	void aUserOfAnyNameAndLengthHasALegalName() {
		GroupName user = this.names.hidden(GroupName.ofUser("Zoë {1} \n".repeat(100)));
		assertThat(this.names.groupOfChannel(this.names.channelOf(user))).isEqualTo(user);
	}

	@Test
	void aUserAndAGroupOfTheSameNameAreDifferent() {
		GroupName user = this.names.hidden(GroupName.ofUser("ann"));
		GroupName group = GroupName.of(user.value());
		assertThat(this.names.channelOf(user)).isNotEqualTo(this.names.channelOf(group));
		assertThat(this.names.membersKey(user)).isNotEqualTo(this.names.membersKey(group));
		assertThat(this.names.groupOfChannel(this.names.channelOf(user))).isEqualTo(user);
		assertThat(this.names.groupOfChannel(this.names.channelOf(group))).isEqualTo(group);
	}

	@Test
	void otherChannelsAreNotThoseOfGroups() {
		assertThat(this.names.groupOfChannel(this.names.nodeChannel(NODE))).isNull();
		assertThat(this.names.groupOfChannel("specific." + NODE + "!1")).isNull();
		assertThat(this.names.groupOfChannel("a")).isNull();
		assertThat(new RedisNames("other").groupOfChannel("asgi__group__a")).isNull();
	}

	@Test
	void aGroupMayBeNamedLikeAChannelOfAGroup() {
		GroupName group = GroupName.of("asgi__group__a");
		assertThat(this.names.groupOfChannel(this.names.channelOf(group))).isEqualTo(group);
	}

	@Test
	void readsTheGroupOutOfItsKey() {
		GroupName group = GroupName.of("a");
		GroupName user = this.names.hidden(GroupName.ofUser("ann"));
		assertThat(this.names.isGroup(this.names.membersKey(group))).isTrue();
		assertThat(this.names.isGroup(this.names.membersKey(user))).isFalse();
		assertThat(this.names.groupOf(this.names.membersKey(group))).isEqualTo("a");
	}

	@Test
	void knowsConnectionsOfDjango() {
		assertThat(this.names.isDjangoConnection(ChannelName.of("asgispecific." + NODE))).isTrue();
		assertThat(this.names.isDjangoConnection(ChannelName.of("specific." + NODE))).isFalse();
		assertThat(this.names.isDjangoConnection(ChannelName.ofConnection(NODE, "1"))).isFalse();
		assertThat(this.names.isDjangoConnection(ChannelName.of("thumbnails"))).isFalse();
		assertThat(new RedisNames("other").isDjangoConnection(ChannelName.of("asgispecific." + NODE))).isFalse();
	}

	@Test
	void aNameHas99CharactersAtMost() {
		String longest = "x".repeat(99);
		assertThat(this.names.groupOfChannel(this.names.channelOf(GroupName.of(longest))))
			.isEqualTo(GroupName.of(longest));
		assertThat(this.names.workerKey(ChannelName.of(longest))).contains(longest);
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> GroupName.of(longest + "x"));
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> ChannelName.of(longest + "x"));
		String last = Long.toString(Long.MAX_VALUE, 36);
		assertThat(ChannelName.ofConnection(NODE, last).value()).as("there is always a name for a connection")
			.hasSizeLessThanOrEqualTo(99);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a:b", "{a}", "a*", "ä", "12345678901234567890123456789012345678901" })
	void refusesPrefixesThatMeanSomethingElse(String prefix) {
		assertThatIllegalArgumentException().isThrownBy(() -> new RedisNames(prefix))
			.withMessage("prefix '" + prefix + "' is not legal: "
					+ "use 1 to 40 ASCII letters, digits, hyphens, underscores or periods");
	}

	@Test
	void patternsFindAllDataAndNoNodes() {
		assertThat(this.names.dataPatterns()).containsExactly("asgi:members:*", "asgi:user:*", "asgi:node:*:groups",
				"asgi:worker:*");
	}

}
