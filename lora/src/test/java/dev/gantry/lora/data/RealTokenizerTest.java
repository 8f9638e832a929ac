package dev.gantry.lora.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.tokens.CacheKey;
import dev.gantry.lora.data.tokens.CacheUse;
import dev.gantry.lora.data.tokens.TargetModel;
import dev.gantry.lora.data.tokens.TokenizedRow;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole way from a real file through a real tokenizer; skipped where these do not lie beside the project.
class RealTokenizerTest {
    private static final Path SHARED = Path.of(System.getProperty("gantry.shared", "none"), "data");
    private static final Path MODEL = SHARED.resolve("gpt2-tinystories-chat-3m");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "personality-chat/derived/comic.messages.jsonl",
                "llamafactory/identity.json",
                "oasst-en100/en_100_tree.jsonl",
                "colossalchat/examples_training_scripts_lora_sft_data.jsonl"
            })
    void trainedTokensReadAsTheAnswers_andTheCacheGivesTheSame(String name) throws IOException {
        Path file = SHARED.resolve("datasets").resolve(name);
        assumeTrue(Files.exists(file) && Files.exists(MODEL), () -> "skipped: no " + file + " or " + MODEL);
        try (Tokenizer tokenizer = TokenizerLoader.load(MODEL)) {
            String fingerprint =
                    CacheKey.ofFiles(List.of(MODEL.resolve("tokenizer.json"), MODEL.resolve("merges.txt")));
            var target = new TargetModel(tokenizer, fingerprint, new Fakes.BracketTemplate("brackets"), 256);
            DatasetPreparer preparer = new DatasetPreparer(target, folder);
            DataRequest request = DataRequest.of(file);
            try (PreparedDataset first = preparer.prepare(request, Progress.silent());
                    PreparedDataset second = preparer.prepare(request, Progress.silent())) {
                assertThat(first.train().size()).isPositive();
                assertThat(second.summary().cache()).isEqualTo(CacheUse.REUSED);
                assertThat(second.train().size()).isEqualTo(first.train().size());
                for (int i = 0; i < first.train().size(); i++) {
                    TokenizedRow row = first.train().row(i);
                    assertThat(second.train().row(i).ids()).isEqualTo(row.ids());
                    assertThat(lastSegment(row, tokenizer)).endsWith(")").doesNotContain("[");
                }
            }
        }
    }

    @Test
    void exactlyTheAnswerAndItsEndAreLearned_inTheFormTheModelWasTrainedOn() throws IOException {
        Path file = SHARED.resolve("datasets/personality-chat/derived/comic.messages.jsonl");
        assumeTrue(Files.exists(file) && Files.exists(MODEL), () -> "skipped: no " + file + " or " + MODEL);
        try (Tokenizer tokenizer = TokenizerLoader.load(MODEL)) {
            var template = ChatTemplates.named("plain", tokenizer.specialTokens());
            var target = new TargetModel(tokenizer, "gpt2", template, 256);
            DataInspection inspection = DatasetInspector.inspect(DataRequest.of(file), target, Progress.silent());
            DataInspection.TokenView tokens = Objects.requireNonNull(inspection.tokens());
            assertThat(tokens.previews().getFirst().segments())
                    .extracting(MaskPreview.Segment::text)
                    .containsExactly("User: What's your age?\nBot:", " I'm age-free.<|endoftext|>");
            assertThat(tokens.histogram().rows()).isEqualTo(650);
        }
    }

    private static String lastSegment(TokenizedRow row, Tokenizer tokenizer) {
        return MaskPreview.of(row, tokenizer).segments().getLast().text();
    }
}
