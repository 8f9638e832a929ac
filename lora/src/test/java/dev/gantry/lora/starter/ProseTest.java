package dev.gantry.lora.starter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProseTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    a owl saw  a uniform and a apple | An owl saw a uniform and an apple
                    it rained. he ran | It rained. He ran
                    "no," she said, "not now. go." he went | "No," she said, "not now. Go." He went
                    "help!" cried Tom. "who is there?" | "Help!" cried Tom. "Who is there?"
                    "are you cold?," said Mia | "Are you cold?" said Mia
                    shall we go?. yes ! | Shall we go? Yes!
                    """)
    void tidy_setsArticlesCapitalsAndMarks(String raw, String expected) {
        assertThat(Prose.tidy(raw)).isEqualTo(expected);
    }
}
