package dev.gantry.lora.starter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InflectionTest {

    @ParameterizedTest
    @CsvSource({"cat,cats", "fox,foxes", "cherry,cherries", "donkey,donkeys", "beach,beaches"})
    void plural_followsTheSpelling(String noun, String expected) {
        assertThat(Inflection.plural(noun)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"jump,jumped,jumping", "bake,baked,baking", "carry,carried,carrying", "stop,stopped,stopping"})
    void verbs_followTheSpelling(String verb, String past, String progressive) {
        assertThat(Inflection.past(verb)).isEqualTo(past);
        assertThat(Inflection.progressive(verb)).isEqualTo(progressive);
    }
}
