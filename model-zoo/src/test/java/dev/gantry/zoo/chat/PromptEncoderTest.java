package dev.gantry.zoo.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.chat.ChatTemplate.Ending;
import dev.gantry.zoo.chat.PromptEncoder.EncodedChat;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// From rendered conversations to ids and loss mask, over the small byte-level tokenizer, which wants `bos` in front.
class PromptEncoderTest {
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException, URISyntaxException {
        tokenizer = TokenizerLoader.load(
                Path.of(Objects.requireNonNull(PromptEncoderTest.class.getResource("/tokenizer/byte-level"))
                        .toURI()));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void encode_trainsTheAnswersWithTheirEnd_andNothingElse() {
        ChatTemplate plain = ChatTemplates.named("plain", tokenizer.specialTokens());
        RenderedChat chat = plain.render(Chats.turns("hello 😀", "the world 你", "x", "hello"), Ending.COMPLETE);
        EncodedChat encoded = new PromptEncoder(tokenizer).encode(chat);
        assertThat(encoded.ids()[0]).isZero();
        assertThat(encoded.trained()[0]).isFalse();
        assertThat(trainedText(encoded)).isEqualTo(" the world 你<|end|> hello<|end|>");
        assertThat(tokenizer.decode(encoded.ids())).isEqualTo("<|end|>" + chat.text());
    }

    @Test
    void encode_addsNoSecondBos_whenTheTemplateWroteIt() {
        ChatTemplate llama2 = ChatTemplates.named("llama-2", tokenizer.specialTokens());
        RenderedChat chat = llama2.render(Chats.turns("hello", "world"), Ending.COMPLETE);
        EncodedChat encoded = new PromptEncoder(tokenizer).encode(chat);
        assertThat(tokenizer.decode(encoded.ids())).isEqualTo(chat.text()).startsWith("<|end|>[INST]");
        assertThat(encoded.trainedTokens()).isPositive();
    }

    @Test
    void encodeText_trainsEverythingButBos() {
        EncodedChat encoded = new PromptEncoder(tokenizer).encodeText("hello world");
        assertThat(encoded.ids()).hasSize(3);
        assertThat(encoded.trained()).containsExactly(false, true, true);
        assertThat(new PromptEncoder(tokenizer).encodeText("").ids()).containsExactly(0);
    }

    private static String trainedText(EncodedChat encoded) {
        int[] kept = new int[encoded.trainedTokens()];
        int next = 0;
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.trained()[i]) {
                kept[next++] = encoded.ids()[i];
            }
        }
        return tokenizer.decode(kept);
    }
}
