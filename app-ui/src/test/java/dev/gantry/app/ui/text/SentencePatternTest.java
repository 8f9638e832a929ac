package dev.gantry.app.ui.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SentencePatternTest {
    @Test
    void match_findsTheValues() {
        SentencePattern pattern = SentencePattern.of("tensor {name} has shape {found} where {needed} is asked for");

        assertThat(pattern.match("tensor a.b has shape [2, 3] where [3, 2] is asked for"))
                .isEqualTo(Map.of("name", "a.b", "found", "[2, 3]", "needed", "[3, 2]"));
    }

    @Test
    void match_ofAnotherSentence_isNull() {
        SentencePattern pattern = SentencePattern.of("cannot open {file} twice");

        assertThat(pattern.match("cannot open a")).isNull();
        assertThat(pattern.match("cannot open twice")).isNull();
        assertThat(pattern.match("can open a twice")).isNull();
    }

    @Test
    void match_doesNotUseALetterTwice() {
        assertThat(SentencePattern.of("ab{x}bc").match("abc")).isNull();
        assertThat(SentencePattern.of("a{x}bb{y}bc").match("axbbc")).isNull();
    }

    @Test
    void closer_isWhatKnowsTheBeginning_thenWhatKnowsMore() {
        SentencePattern any = SentencePattern.of("{value} has no length and no end");
        SentencePattern open = SentencePattern.of("cannot open {file}");
        SentencePattern model = SentencePattern.of("cannot open the model {folder}");

        assertThat(open.isCloserThan(any)).isTrue();
        assertThat(any.isCloserThan(open)).isFalse();
        assertThat(model.isCloserThan(open)).isTrue();
    }

    @Test
    void templateSyntax_isNoPlace() {
        SentencePattern pattern = SentencePattern.of("{% raw %} is not closed by {% endraw %}");

        assertThat(pattern.slots()).isEmpty();
    }
}
