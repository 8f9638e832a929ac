package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearNamesTest {
    private static final List<String> NAMES = List.of("starter", "llama-1b", "llama-8b", "gpt2", "Story-Teller");

    @Test
    void slips_areForgiven() {
        assertThat(NearNames.of("strater", NAMES)).containsExactly("starter");
        assertThat(NearNames.of("starer", NAMES)).containsExactly("starter");
        assertThat(NearNames.of("gtp2", NAMES)).containsExactly("gpt2");
        assertThat(NearNames.of("story-teler", NAMES)).containsExactly("Story-Teller");
    }

    @Test
    void beginnings_bringUpTheWhole_nearestFirst() {
        assertThat(NearNames.of("llama", NAMES)).containsExactly("llama-1b", "llama-8b");
        assertThat(NearNames.of("llama-8", NAMES)).containsExactly("llama-8b", "llama-1b");
    }

    @Test
    void whatIsFarFromAll_bringsUpNone() {
        assertThat(NearNames.of("bloom", NAMES)).isEmpty();
        assertThat(NearNames.of("x", NAMES)).isEmpty();
        assertThat(NearNames.question("bloom", NAMES)).isEmpty();
    }

    @Test
    void question_joinsThem() {
        assertThat(NearNames.question("llama", NAMES)).isEqualTo("did you mean llama-1b or llama-8b? ");
    }
}
