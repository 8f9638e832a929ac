package dev.gantry.zoo.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringFilterTest {
    @Test
    void textPasses_whenNoStopAppears() {
        StopStringFilter filter = new StopStringFilter(List.of("<|im_end|>", ""));
        assertThat(filter.next("a < b")).isEqualTo("a < b");
        assertThat(filter.finish()).isEmpty();
        assertThat(filter.stopped()).isFalse();
    }

    @Test
    void beginningOfStopIsHeldBack_untilItIsDecided() {
        StopStringFilter filter = new StopStringFilter(List.of("<|im_end|>"));
        assertThat(filter.next("Hi<|im")).isEqualTo("Hi");
        assertThat(filter.next("portant")).isEqualTo("<|important");
    }

    @Test
    void nothingAfterTheStopIsShown_whenItArrivesInPieces() {
        StopStringFilter filter = new StopStringFilter(List.of("User:", "\n\n"));
        assertThat(filter.next("Yes.\n")).isEqualTo("Yes.");
        assertThat(filter.next("Us")).isEqualTo("\n");
        assertThat(filter.next("er: and then")).isEmpty();
        assertThat(filter.stopped()).isTrue();
        assertThat(filter.next("more") + filter.finish()).isEmpty();
    }

    @Test
    void earliestStopWins_whenSeveralAreComplete() {
        StopStringFilter filter = new StopStringFilter(List.of("second", "first"));
        assertThat(filter.next("a first b second")).isEqualTo("a ");
    }

    @Test
    void heldTextIsReturned_whenTheAnswerEnds() {
        StopStringFilter filter = new StopStringFilter(List.of("###"));
        assertThat(filter.next("C#")).isEqualTo("C");
        assertThat(filter.finish()).isEqualTo("#");
    }
}
