package dev.gantry.lora.data.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.data.Fakes;
import dev.gantry.lora.data.example.Example;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExampleEncoderTest {
    private static final Example TWO_TURNS = new Example.Conversation(List.of(
            new ChatMessage(Role.USER, "hi"),
            new ChatMessage(Role.ASSISTANT, "yo"),
            new ChatMessage(Role.USER, "{{name}}"),
            new ChatMessage(Role.ASSISTANT, "ok")));

    @Test
    void onlyAnswersAndTheirEnds_areTrained() {
        TokenizedRow row =
                encoder(Fakes.Bos.NONE, TrainOn.ANSWERS, PromptStyle.CHAT).encode(TWO_TURNS);
        assertThat(marked(row)).isEqualTo("[hi](<yo)>[{{name}}](<ok)>");
        assertThat(row.learnedTokens()).isEqualTo(6);
    }

    @Test
    void everythingIsTrained_whenAskedTo() {
        TokenizedRow row =
                encoder(Fakes.Bos.ADDED, TrainOn.EVERYTHING, PromptStyle.CHAT).encode(TWO_TURNS);
        assertThat(row.trained().cardinality()).isEqualTo(row.length());
        assertThat(row.learnedTokens()).isEqualTo(row.length() - 1);
    }

    @Test
    void theBeginningTokenComesFirst_untrained_whenTheModelExpectsIt() {
        TokenizedRow row =
                encoder(Fakes.Bos.ADDED, TrainOn.ANSWERS, PromptStyle.CHAT).encode(TWO_TURNS);
        assertThat(row.ids()[0]).isEqualTo(Fakes.BOS);
        assertThat(marked(row)).isEqualTo("\u0001[hi](<yo)>[{{name}}](<ok)>");
    }

    @Test
    void completionsAreRawOrChat_asAsked() {
        Example pair = new Example.PromptCompletion("1+1=", "2");
        assertThat(marked(encoder(Fakes.Bos.NONE, TrainOn.ANSWERS, PromptStyle.RAW)
                        .encode(pair)))
                .isEqualTo("1+1=<2\u0002>");
        assertThat(marked(encoder(Fakes.Bos.NONE, TrainOn.ANSWERS, PromptStyle.CHAT)
                        .encode(pair)))
                .isEqualTo("[1+1=](<2)>");
    }

    @Test
    void piecesOfADocument_getOneBeginningAndOneEnd() {
        ExampleEncoder encoder = encoder(Fakes.Bos.ADDED, TrainOn.ANSWERS, PromptStyle.CHAT);
        TokenizedRow first = encoder.encode(new Example.Document("ab", Example.Extent.CONTINUES));
        TokenizedRow second = encoder.encode(new Example.Document("cd", Example.Extent.COMPLETE));
        TokenizedRow next = encoder.encode(new Example.Document("e", Example.Extent.COMPLETE));
        assertThat(first.ids()).containsExactly(Fakes.BOS, 'a', 'b');
        assertThat(second.ids()).containsExactly('c', 'd', Fakes.EOS);
        assertThat(next.ids()).containsExactly(Fakes.BOS, 'e', Fakes.EOS);
    }

    @Test
    void bothAnswersOfAPair_followThePrompt() {
        var pair = new Example.PreferencePair(
                List.of(new ChatMessage(Role.USER, "q")),
                List.of(new ChatMessage(Role.ASSISTANT, "good")),
                List.of(new ChatMessage(Role.ASSISTANT, "bad")));
        ExampleEncoder encoder = encoder(Fakes.Bos.NONE, TrainOn.ANSWERS, PromptStyle.CHAT);
        ExampleEncoder.EncodedPair encoded = encoder.encodePair(pair);
        assertThat(marked(encoded.chosen())).isEqualTo("[q](<good)>");
        assertThat(marked(encoded.rejected())).isEqualTo("[q](<bad)>");
    }

    private static ExampleEncoder encoder(Fakes.Bos bos, TrainOn trainOn, PromptStyle style) {
        var template = new Fakes.BracketTemplate("brackets");
        return new ExampleEncoder(new TargetModel(Fakes.tokenizer(bos), "fake", template, 100), trainOn, style);
    }

    /// The text with trained stretches in angle brackets.
    private static String marked(TokenizedRow row) {
        StringBuilder text = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < row.length(); i++) {
            if (row.trained().get(i) != inside) {
                text.append(inside ? '>' : '<');
                inside = !inside;
            }
            text.append((char) row.ids()[i]);
        }
        return inside ? text.append('>').toString() : text.toString();
    }
}
