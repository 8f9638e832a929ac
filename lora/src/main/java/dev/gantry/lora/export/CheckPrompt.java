package dev.gantry.lora.export;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.chat.PromptEncoder;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.model.TokenizerKind;
import dev.gantry.zoo.tokenizer.SpecialTokens;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A prompt of a reload check, ready to run, and how its answer becomes text.
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
record CheckPrompt(String text, int[] ids, Decoding decoding) {
    private static final int RANDOM_PROMPT_TOKENS = 8;

    /// Makes text of the tokens of an answer.
    interface Decoding {
        String text(int... ids);
    }

    /// What is done with prompts while their tokenizer is open.
    interface Asking<T> {
        T ask(List<CheckPrompt> prompts) throws IOException;
    }

    /// @param folder with the tokenizer to use; without one random tokens are asked
    static <T> T with(Path folder, ModelFolder model, List<String> prompts, Asking<T> asking) throws IOException {
        int vocabularySize = model.spec().vocabularySize();
        if (TokenizerKind.in(folder) == TokenizerKind.NONE) {
            return asking.ask(random(vocabularySize));
        }
        try (Tokenizer tokenizer = TokenizerLoader.load(folder, vocabularySize)) {
            return asking.ask(encode(folder, tokenizer, prompts));
        }
    }

    static List<int[]> ids(List<CheckPrompt> prompts) {
        return prompts.stream().map(CheckPrompt::ids).toList();
    }

    private static List<CheckPrompt> encode(Path exported, Tokenizer tokenizer, List<String> prompts)
            throws IOException {
        SpecialTokens tokens = tokenizer.specialTokens();
        ChatTemplate template =
                ChatTemplates.forModel(exported, tokens).orElseGet(() -> ChatTemplates.named("plain", tokens));
        PromptEncoder encoder = new PromptEncoder(tokenizer);
        Decoding answer = chosen -> tokenizer.decode(untilEnd(tokens, chosen)).strip();
        List<CheckPrompt> prepared = new ArrayList<>();
        for (String prompt : prompts) {
            var rendered = template.render(
                    List.of(new ChatMessage(ChatMessage.Role.USER, prompt)), ChatTemplate.Ending.GENERATION_PROMPT);
            prepared.add(new CheckPrompt(prompt, encoder.encode(rendered).ids(), answer));
        }
        return prepared;
    }

    /// The comparison goes on behind the end of the answer; what is shown does not.
    private static int[] untilEnd(SpecialTokens tokens, int... ids) {
        SpecialTokens.Special end = tokens.eos();
        return end == null
                ? ids
                : IntStream.of(ids).takeWhile(id -> id != end.id()).toArray();
    }

    private static List<CheckPrompt> random(int vocabularySize) {
        SplittableRandom random = new SplittableRandom(1);
        List<CheckPrompt> prepared = new ArrayList<>();
        for (String prompt : ReloadCheck.PROMPTS) {
            int[] ids = IntStream.generate(() -> random.nextInt(vocabularySize))
                    .limit(RANDOM_PROMPT_TOKENS)
                    .toArray();
            prepared.add(new CheckPrompt(
                    "random tokens " + (ReloadCheck.PROMPTS.indexOf(prompt) + 1),
                    ids,
                    chosen -> chosen.length + " tokens"));
        }
        return prepared;
    }
}
