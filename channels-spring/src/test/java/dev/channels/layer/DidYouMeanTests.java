package dev.channels.layer;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DidYouMean}.
 */
class DidYouMeanTests {

	@Test
	void suggestsTheNearestName() {
		assertThat(DidYouMean.suffix("chta", List.of("chart", "chat", "news"))).isEqualTo("; did you mean 'chat'?");
	}

	@Test
	void countsATranspositionAsOneEdit() {
		assertThat(DidYouMean.suffix("ab", List.of("ba"))).isEqualTo("; did you mean 'ba'?");
	}

	@Test
	void countsInsertionsDeletionsAndReplacements() {
		assertThat(DidYouMean.suffix("cat", List.of("chat"))).isEqualTo("; did you mean 'chat'?");
		assertThat(DidYouMean.suffix("chatt", List.of("chat"))).isEqualTo("; did you mean 'chat'?");
		assertThat(DidYouMean.suffix("chut", List.of("chat"))).isEqualTo("; did you mean 'chat'?");
	}

	@Test
	void suggestsUpToThreeEdits() {
		assertThat(DidYouMean.suffix("thumbnaXYZ", List.of("thumbnails"))).isEqualTo("; did you mean 'thumbnails'?");
		assertThat(DidYouMean.suffix("thumbnWXYZ", List.of("thumbnails"))).isEmpty();
	}

	@Test
	void doesNotSuggestANameOfWhichNothingIsLeft() {
		assertThat(DidYouMean.suffix("xy", List.of("ab"))).isEmpty();
		assertThat(DidYouMean.suffix("b", List.of("a"))).isEmpty();
		assertThat(DidYouMean.suffix("abc", List.of(""))).isEmpty();
	}

	@Test
	void suggestsTheFirstInTheAlphabetOfEquallyNearNames() {
		assertThat(DidYouMean.suffix("chatx", List.of("chatz", "chaty"))).isEqualTo("; did you mean 'chaty'?");
	}

	@Test
	void suggestsNothingWithoutCandidates() {
		assertThat(DidYouMean.suffix("chat", List.of())).isEmpty();
	}

}
