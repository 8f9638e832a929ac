package dev.gantry.lora.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.lora.starter.Template.Filter;
import dev.gantry.lora.starter.Template.Literal;
import dev.gantry.lora.starter.Template.Print;
import dev.gantry.lora.starter.Template.Sense;
import dev.gantry.lora.starter.Template.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateParserTest {

    @Test
    void parse_readsBindingFilterAndField() {
        Template template = TemplateParser.parse("a {pet:animal.S?kind=farm,wild&says}!", "here");
        assertThat(template.parts())
                .containsExactly(
                        new Literal("a "),
                        new Slot(
                                "pet",
                                "animal",
                                List.of(
                                        new Filter("kind", List.of("farm", "wild"), Sense.KEEP),
                                        new Filter("says", List.of(), Sense.KEEP)),
                                "s",
                                Print.CAPITALISED),
                        new Literal("!"));
    }

    @Test
    void parse_readsSilentSlotInsideChoice() {
        Template template = TemplateParser.parse("[x|{-w:word?kind!=a}]", "here");
        assertThat(template.parts())
                .containsExactly(new Template.Choice(List.of(
                        new Template(List.of(new Literal("x"))),
                        new Template(List.of(new Slot(
                                "w",
                                "word",
                                List.of(new Filter("kind", List.of("a"), Sense.DROP)),
                                "",
                                Print.SILENT))))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a|b", "a}", "{open", "a]b", "{:rule}"})
    void parse_namesFileAndLine_whenBracketsDoNotMatch(String source) {
        assertThatThrownBy(() -> TemplateParser.parse(source, "words.grammar:7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("words.grammar:7");
    }
}
