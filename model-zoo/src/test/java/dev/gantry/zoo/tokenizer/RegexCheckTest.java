package dev.gantry.zoo.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which regular expressions may reach the native library.
class RegexCheckTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{M}]*[\\p{Ll}\\p{M}]+(?i:'s|'t|'re)?|\\p{N}{1,3}",
                " ?[^(\\s|[.,!?…。，、।۔،])]+",
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|(?:ab)+x|(?:a|b){2,4}",
                " {2,}",
                "\\A +| +\\z",
                "[0-9][0-9][0-9]",
                "[一-龥ࠀ-一가-퟿]+"
            })
    void fault_isEmpty_forWhatTokenizersUse(String regex) {
        assertThat(RegexCheck.fault(regex)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+",
                "(a*)*b",
                "(?:(?:x+)y?)+",
                "((a{2,})b?)*",
                "(a|b+)*",
                "(\\w+\\s?){5000}",
                "(a)\\1",
                "(?<n>a)\\k<n>",
                "(?<n>a\\g<n>?)",
                "(?(1)a|b)",
                "(",
                ")",
                "(?~abc)",
                ""
            })
    void fault_saysWhy_forWhatCouldRunAway(String regex) {
        assertThat(RegexCheck.fault(regex)).isNotEmpty();
    }
}
