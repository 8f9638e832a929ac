package dev.gantry.zoo.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.chat.ChatTemplate.Ending;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The templates this program brings along, and finding a model's own.
class ChatTemplatesTest {
    @TempDir
    private Path folder;

    @Test
    void plain_isUserAndBot_withTheEndTokenInsideTheAnswer() {
        ChatTemplate plain = ChatTemplates.named("plain", Chats.TOKENS);
        RenderedChat chat = plain.render(Chats.turns("Hi", "Hello.", "Bye", "Ciao."), Ending.COMPLETE);
        assertThat(chat.text()).isEqualTo("User: Hi\nBot: Hello.</s>\nUser: Bye\nBot: Ciao.</s>");
        assertThat(Chats.spans(chat)).containsExactly(" Hello.</s>", " Ciao.</s>");
        assertThat(plain.render(Chats.turns("Hi"), Ending.GENERATION_PROMPT).text())
                .isEqualTo("User: Hi\nBot:");
        assertThat(plain.stopStrings()).containsExactly("\nUser:", "\nBot:");
    }

    @Test
    void alpaca_hasItsPreamble_withTheEndTokenInsideTheAnswer() {
        ChatTemplate alpaca = ChatTemplates.named("Alpaca", Chats.TOKENS);
        RenderedChat chat = alpaca.render(Chats.turns("Add 1 and 2.", "3", "And 3?", "6"), Ending.COMPLETE);
        assertThat(chat.text())
                .isEqualTo("Below is an instruction that describes a task. Write a response that appropriately"
                        + " completes the request.\n\n### Instruction:\nAdd 1 and 2.\n\n### Response:\n3</s>"
                        + "\n\n### Instruction:\nAnd 3?\n\n### Response:\n6</s>");
        assertThat(Chats.spans(chat)).containsExactly("3</s>", "6</s>");
    }

    @Test
    void llama2_opensEveryQuestionWithBos_andHidesTheSystemMessageInTheFirst() {
        ChatTemplate llama2 = ChatTemplates.named("llama_2", Chats.TOKENS);
        RenderedChat chat = llama2.render(Chats.system("Short.", Chats.turns("a", "b", "c", "d")), Ending.COMPLETE);
        assertThat(chat.text())
                .isEqualTo("<s>[INST] <<SYS>>\nShort.\n<</SYS>>\n\na [/INST] b </s><s>[INST] c [/INST] d </s>");
        assertThat(Chats.spans(chat)).containsExactly(" b </s>", " d </s>");
        assertThatThrownBy(
                        () -> llama2.render(List.of(new ChatMessage(ChatMessage.Role.ASSISTANT, "x")), Ending.COMPLETE))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("take turns");
    }

    @Test
    void everyNamedTemplate_marksTheAnswerAndSurvivesATokenizerWithoutSpecials() {
        SpecialTokens none = new SpecialTokens(null, null, null, null, false);
        for (String name : ChatTemplates.names()) {
            for (SpecialTokens tokens : List.of(Chats.TOKENS, none)) {
                ChatTemplate template = ChatTemplates.named(name, tokens);
                RenderedChat chat = template.render(Chats.turns("q", "ANSWER"), Ending.COMPLETE);
                assertThat(Chats.spans(chat)).as(name).hasSize(1);
                assertThat(Chats.spans(chat).getFirst()).as(name).contains("ANSWER");
                assertThat(template.stopStrings()).as(name).isNotEmpty();
            }
        }
    }

    @Test
    void named_saysWhichThereAre_whenTheNameIsUnknown() {
        assertThatThrownBy(() -> ChatTemplates.named("vicuna", Chats.TOKENS))
                .isInstanceOfSatisfying(
                        GantryException.class, e -> assertThat(e.nextStep()).contains("chatml, alpaca, plain"));
    }

    @Test
    void forModel_prefersTheFileOfItsOwn() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"old\"}");
        assertThat(source()).contains("old");
        Files.writeString(folder.resolve("chat_template.jinja"), "new {{ messages|length }}");
        assertThat(source()).contains("new {{ messages|length }}");
    }

    @Test
    void forModel_takesTheDefault_whenSeveralAreListed() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"},"
                        + " {\"name\": \"default\", \"template\": \"d\"}]}");
        assertThat(source()).contains("d");
    }

    @Test
    void forModel_isEmpty_whenThereIsNone() throws IOException {
        assertThat(source()).isEmpty();
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": null}");
        assertThat(source()).isEmpty();
    }

    @Test
    void forModel_knowsANamedTemplateAgain() throws IOException {
        ChatTemplate plain = ChatTemplates.named("plain", Chats.TOKENS);
        Files.writeString(folder.resolve("chat_template.jinja"), plain.source());
        ChatTemplate found = ChatTemplates.forModel(folder, Chats.TOKENS).orElseThrow();
        assertThat(found.name()).isEqualTo("plain");
        assertThat(found.stopStrings()).isEqualTo(plain.stopStrings());
    }

    @Test
    void stopStrings_areReadOffACustomTemplate() {
        ChatTemplates templates = new ChatTemplates(Chats.TOKENS);
        assertThat(templates.ofSource(Chats.template("qwen25")).stopStrings()).containsExactly("<|im_end|>");
        assertThat(templates.ofSource(Chats.template("gemma")).stopStrings()).containsExactly("<end_of_turn>");
        assertThat(templates.ofSource(Chats.template("llama3")).stopStrings()).containsExactly("<|eot_id|>");
        assertThat(templates.ofSource(Chats.template("mistral")).stopStrings()).isEmpty();
        assertThat(templates.ofSource("{{ raise_exception('never') }}").stopStrings())
                .isEmpty();
    }

    @Test
    void forModel_namesTheLine_whenTheTemplateIsNotUnderstood() throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), "\n\n{% include 'other' %}");
        assertThatThrownBy(this::source)
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("line 3")
                .hasMessageContaining("include");
    }

    private Optional<String> source() throws IOException {
        return ChatTemplates.forModel(folder, Chats.TOKENS).map(ChatTemplate::source);
    }
}
