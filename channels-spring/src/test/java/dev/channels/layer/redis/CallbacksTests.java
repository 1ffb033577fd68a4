package dev.channels.layer.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

import dev.channels.ChannelLayerException;
import dev.channels.connection.ManualExecutor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Callbacks}.
 */
class CallbacksTests {

	private final ManualExecutor executor = new ManualExecutor();

	private final Callbacks callbacks = new Callbacks(this.executor);

	private final CompletableFuture<Integer> reply = new CompletableFuture<>();

	@Test
	void completesOnTheExecutor() {
		CompletionStage<Integer> stage = this.callbacks.complete(this.reply);
		this.reply.complete(1);
		assertThat(stage.toCompletableFuture()).isNotDone();
		this.executor.runAll();
		assertThat(stage).isCompletedWithValue(1);
	}

	@Test
	void whatIsDoneNeedsNoExecutor() {
		this.reply.complete(1);
		assertThat(this.callbacks.complete(this.reply)).isCompletedWithValue(1);
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void goesOnOnTheExecutor() {
		CompletionStage<Integer> stage = this.callbacks.then(this.reply, (value) -> value + 1);
		this.reply.complete(1);
		this.executor.runAll();
		assertThat(stage).isCompletedWithValue(2);
	}

	@Test
	void aFailureIsOneOfTheLayer() {
		CompletionStage<Integer> stage = this.callbacks.complete(this.reply);
		this.reply.completeExceptionally(new CompletionException(new IllegalStateException("no answer")));
		this.executor.runAll();
		assertThat(stage).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ChannelLayerException.class)
			.withMessageContaining("no answer");
	}

	@Test
	void whatFollowsMayFail() {
		CompletionStage<Integer> stage = this.callbacks.then(this.reply, (value) -> {
			throw new IllegalArgumentException("full");
		});
		this.reply.complete(1);
		this.executor.runAll();
		assertThat(stage).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("full");
	}

	@Test
	void completesAtOnceWhenTheApplicationEnds() {
		Callbacks ended = new Callbacks((task) -> {
			throw new RejectedExecutionException("shut down");
		});
		CompletionStage<Integer> stage = ended.complete(this.reply);
		this.reply.complete(1);
		assertThat(stage).isCompletedWithValue(1);
	}

}
