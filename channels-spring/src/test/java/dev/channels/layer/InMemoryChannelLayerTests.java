package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

import dev.channels.ChannelFullException;
import dev.channels.Event;
import dev.channels.GroupAddress;
import dev.channels.RetryPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/**
 * Tests of {@link InMemoryChannelLayer}.
 */
class InMemoryChannelLayerTests {

	private static final GroupName LOBBY = GroupName.of("lobby");

	private final TestLayer test = new TestLayer(5);

	private final InMemoryChannelLayer layer = this.test.layer;

	private final List<Delivery> received = new ArrayList<>();

	@Test
	void inventsNamesOfConnections() {
		ChannelName name = this.layer.newChannel();
		assertThat(name.isConnection()).isTrue();
		assertThat(name.node()).matches("[0-9a-f]{32}").isEqualTo(this.layer.newChannel().node());
		assertThat(new TestLayer().layer.newChannel().node()).isNotEqualTo(name.node());
	}

	@Test
	void inventsEachNameOnce() {
		Set<ChannelName> names = ConcurrentHashMap.newKeySet();
		CompletableFuture<?>[] threads = new CompletableFuture<?>[8];
		for (int i = 0; i < threads.length; i++) {
			threads[i] = CompletableFuture.runAsync(() -> {
				for (int j = 0; j < 5000; j++) {
					names.add(this.layer.newChannel());
				}
			});
		}
		TestLayer.join(CompletableFuture.allOf(threads));
		assertThat(names).hasSize(40_000);
	}

	@Test
	void sendsToOneConnection() {
		ChannelName channel = subscribe();
		TestLayer.join(this.test.send(channel, 7));
		assertThat(TestLayer.number(this.received.get(0).take())).isEqualTo(7);
	}

	@Test
	void sendToAFullConnectionFails() {
		ChannelName channel = subscribe();
		for (int i = 0; i < 5; i++) {
			TestLayer.join(this.test.send(channel, i));
		}
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> TestLayer.join(this.test.send(channel, 5)))
			.havingCause()
			.isInstanceOf(ChannelFullException.class)
			.withMessage("Channel '" + channel + "' is full: it holds its capacity of 5 events");
	}

	@Test
	void sendToAConnectionThatIsGoneIsDroppedAndCounted() {
		ChannelName channel = subscribe();
		this.layer.unsubscribe(channel);
		TestLayer.join(this.test.send(channel, 1));
		assertThat(this.test.drops.total(DropReason.NO_RECEIVER)).isEqualTo(1);
		assertThat(this.received).isEmpty();
	}

	@Test
	void sendsToTheMembersOfAGroup() {
		ChannelName first = subscribe();
		ChannelName second = subscribe();
		subscribe();
		TestLayer.join(this.layer.groupAdd(LOBBY, first));
		TestLayer.join(this.layer.groupAdd(LOBBY, second));
		TestLayer.join(this.layer.groupSend(LOBBY, event("a")));
		assertThat(this.received).hasSize(2);
		TestLayer.join(this.layer.groupDiscard(LOBBY, first));
		TestLayer.join(this.layer.groupSend(LOBBY, event("b")));
		assertThat(this.received).hasSize(3);
	}

	@Test
	void receiversSeeWhatTheWireMakesOfAnEvent() {
		ChannelName channel = subscribe();
		this.layer.send(channel, this.test.codec.encode(Event.of("a", Map.of("x", "\ud83d"))));
		assertThat(this.received.get(0).take().payload(Map.class)).isEqualTo(Map.of("x", "?"));
	}

	@Test
	void countsMembers() {
		assertThat(TestLayer.join(this.layer.groupSize(LOBBY))).isZero();
		this.layer.groupAdd(LOBBY, this.layer.newChannel());
		ChannelName second = this.layer.newChannel();
		this.layer.groupAdd(LOBBY, second);
		this.layer.groupAdd(LOBBY, second);
		assertThat(TestLayer.join(this.layer.groupSize(LOBBY))).isEqualTo(2);
	}

	@Test
	void listsMembersPageByPage() {
		Set<String> expected = new HashSet<>();
		for (int i = 0; i < 7; i++) {
			ChannelName name = this.layer.newChannel();
			expected.add(name.value());
			this.layer.groupAdd(LOBBY, name);
		}
		List<String> listed = new ArrayList<>();
		String cursor = null;
		int pages = 0;
		do {
			GroupAddress.Page page = TestLayer.join(this.layer.groupMembers(LOBBY, cursor, 3));
			assertThat(page.channelNames()).hasSizeBetween(1, 3);
			listed.addAll(page.channelNames());
			cursor = page.next();
			pages++;
		}
		while (cursor != null);
		assertThat(pages).isEqualTo(3);
		assertThat(listed).containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void aPageThatHoldsAllIsTheLast() {
		this.layer.groupAdd(LOBBY, this.layer.newChannel());
		this.layer.groupAdd(LOBBY, this.layer.newChannel());
		GroupAddress.Page page = TestLayer.join(this.layer.groupMembers(LOBBY, null, 2));
		assertThat(page.channelNames()).hasSize(2);
		assertThat(page.next()).isNull();
	}

	@Test
	void listsAMemberThatStaysAlthoughOthersComeAndGo() {
		ChannelName steady = ChannelName.of("node!m");
		this.layer.groupAdd(LOBBY, ChannelName.of("node!a"));
		this.layer.groupAdd(LOBBY, ChannelName.of("node!b"));
		this.layer.groupAdd(LOBBY, steady);
		GroupAddress.Page first = TestLayer.join(this.layer.groupMembers(LOBBY, null, 2));
		this.layer.groupDiscard(LOBBY, ChannelName.of("node!b"));
		this.layer.groupAdd(LOBBY, ChannelName.of("node!0"));
		GroupAddress.Page second = TestLayer.join(this.layer.groupMembers(LOBBY, first.next(), 2));
		assertThat(second.channelNames()).containsExactly(steady.value());
	}

	@Test
	void anUnknownGroupHasAnEmptyPage() {
		assertThat(TestLayer.join(this.layer.groupMembers(LOBBY, null, 10)))
			.isEqualTo(new GroupAddress.Page(List.of(), null));
	}

	@Test
	void aPageHasAtLeastOneMember() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.layer.groupMembers(LOBBY, null, 0))
			.withMessage("limit must be positive, not 0");
	}

	@Test
	void aCursorIsThatOfAPage() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.layer.groupMembers(LOBBY, "no cursor", 1))
			.withMessage("cursor 'no cursor' is not that of a page: use what the page before says, or null");
	}

	@Test
	void aPageDoesNotCostALookAtTheWholeGroup() {
		int members = 50_000;
		for (int i = 0; i < members; i++) {
			TestLayer.join(this.layer.groupAdd(LOBBY, this.layer.newChannel()));
		}
		Set<String> listed = new HashSet<>();
		assertTimeout(Duration.ofSeconds(10), () -> {
			String cursor = null;
			do {
				GroupAddress.Page page = TestLayer.join(this.layer.groupMembers(LOBBY, cursor, 10));
				listed.addAll(page.channelNames());
				cursor = page.next();
			}
			while (cursor != null);
		});
		assertThat(listed).hasSize(members);
	}

	@Test
	void pagesMayBeAsLargeAsTheyCan() {
		this.layer.groupAdd(LOBBY, this.layer.newChannel());
		assertThat(TestLayer.join(this.layer.groupMembers(LOBBY, null, Integer.MAX_VALUE)).channelNames()).hasSize(1);
	}

	@Test
	void aConnectionIsNoWorkerChannel() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.layer.work(ChannelName.of("a!b"), RetryPolicy.defaults(),
					(event) -> CompletableFuture.completedStage(null)))
			.withMessage("Channel 'a!b' is a connection's");
	}

	@Test
	void flushForgetsGroups() {
		this.layer.groupAdd(LOBBY, subscribe());
		TestLayer.join(this.layer.flush());
		TestLayer.join(this.layer.groupSend(LOBBY, event("a")));
		assertThat(TestLayer.join(this.layer.groupSize(LOBBY))).isZero();
		assertThat(this.received).isEmpty();
	}

	@Test
	void flushForgetsWhatWaitsInWorkerChannels() {
		ChannelName mail = ChannelName.of("mail");
		RetryPolicy once = new RetryPolicy(2, Duration.ZERO, Duration.ZERO);
		WorkerSubscription worker = this.layer.work(mail, once,
				(event) -> CompletableFuture.failedStage(new UndecodableEventException("no")));
		this.test.send(mail, 1);
		worker.stop();
		for (int i = 0; i < 5; i++) {
			TestLayer.join(this.test.send(mail, i));
		}
		TestLayer.join(this.layer.flush());
		assertThat(TestLayer.join(this.layer.deadLetters(mail, 10))).isEmpty();
		List<Integer> handled = new ArrayList<>();
		this.layer.work(mail, once, (event) -> {
			handled.add(TestLayer.number(event));
			return CompletableFuture.completedStage(null);
		});
		assertThat(handled).isEmpty();
		TestLayer.join(this.test.send(mail, 9));
		assertThat(handled).containsExactly(9);
	}

	@Test
	void whatIsInHandDuringAFlushIsForgottenAndItsRoomNotGivenBackTwice() {
		ChannelName mail = ChannelName.of("mail");
		CompletableFuture<Void> succeeding = new CompletableFuture<>();
		CompletableFuture<Void> failing = new CompletableFuture<>();
		WorkerSubscription first = this.layer.work(mail, RetryPolicy.defaults(), (event) -> succeeding);
		WorkerSubscription second = this.layer.work(mail, RetryPolicy.defaults(), (event) -> failing);
		this.test.send(mail, 1);
		this.test.send(mail, 2);
		TestLayer.join(this.layer.flush());
		first.stop();
		second.stop();
		succeeding.complete(null);
		failing.completeExceptionally(new IllegalStateException("broken"));
		assertThat(this.test.timer.waiting()).isZero();
		for (int i = 0; i < 5; i++) {
			TestLayer.join(this.test.send(mail, i));
		}
		assertThat(this.test.send(mail, 5).toCompletableFuture()).isCompletedExceptionally();
	}

	@Test
	void whatWaitsForAnotherAttemptIsForgottenByAFlush() {
		ChannelName mail = ChannelName.of("mail");
		List<Integer> handled = new ArrayList<>();
		this.layer.work(mail, RetryPolicy.defaults(), (event) -> {
			handled.add(TestLayer.number(event));
			return CompletableFuture.failedStage(new IllegalStateException("broken"));
		});
		this.test.send(mail, 1);
		TestLayer.join(this.layer.flush());
		this.test.timer.runNext();
		assertThat(handled).containsExactly(1);
	}

	private ChannelName subscribe() {
		ChannelName name = this.layer.newChannel();
		TestLayer.join(this.layer.subscribe(name, this.received::add));
		return name;
	}

	private LayerEvent event(String type) {
		return this.test.codec.encode(Event.of(type));
	}

}
