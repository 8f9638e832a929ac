package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.export.ReloadReport.PromptCheck;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.chat.PromptEncoder;
import dev.gantry.zoo.model.LoadedModel;
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

/// Loads an exported model from its files alone and compares it with base and adapter, token by token.
public final class ReloadCheck {
    /// What is asked when nobody says otherwise.
    public static final List<String> PROMPTS = List.of("Hello!", "Who are you?", "Tell me a story.");

    private static final int NEW_TOKENS = 24;
    private static final int RANDOM_PROMPT_TOKENS = 8;

    /// Share of the largest logit by which rounding the merged weights may move any: to f32, and to 16 bits.
    private static final double F32_SHARE = 1e-4;

    private static final double HALF_SHARE = 0.02;

    private final Backend backend;

    public ReloadCheck(Backend backend) {
        this.backend = backend;
    }

    /// Whether an export of this type may be called equal to the adapter.
    public static boolean passed(ReloadReport report, DType dtype) {
        return report.largestShare() <= (dtype == DType.F32 ? F32_SHARE : HALF_SHARE);
    }

    /// @param exported the merged model's folder
    /// @param prompts what to ask; without a tokenizer random tokens are asked instead
    public ReloadReport run(TunedModel tuned, Path exported, List<String> prompts) throws IOException {
        ModelFolder reloaded = ModelFolder.open(exported);
        if (reloaded.tokenizer() == TokenizerKind.NONE) {
            return compare(tuned, reloaded, random(reloaded));
        }
        try (Tokenizer tokenizer =
                TokenizerLoader.load(exported, reloaded.spec().vocabularySize())) {
            return compare(tuned, reloaded, encode(exported, tokenizer, prompts));
        }
    }

    /// A prompt ready to run, and how its answer becomes text.
    @SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
    private record Prepared(String text, int[] ids, Decoding decoding) {}

    private interface Decoding {
        String text(int... ids);
    }

    private ReloadReport compare(TunedModel tuned, ModelFolder reloaded, List<Prepared> prompts) throws IOException {
        List<GreedyTrace> live = new ArrayList<>();
        try (LoadedModel base = tuned.base().load();
                Adapter adapter = PeftFolder.read(
                        tuned.adapter(), base.model().spec(), tuned.base().family()::modulePath, backend)) {
            DecoderModel model = adapter.overlay(base.model());
            for (Prepared prompt : prompts) {
                live.add(GreedyTrace.of(
                        backend, model, adapter.lowRank(), prompt.ids(), newTokens(model, prompt), null));
            }
        }
        List<PromptCheck> checks = new ArrayList<>();
        try (LoadedModel model = reloaded.load()) {
            for (int i = 0; i < prompts.size(); i++) {
                int[] chosen = live.get(i).tokens();
                GreedyTrace merged = GreedyTrace.of(
                        backend, model.model(), Adapters.NONE, prompts.get(i).ids(), chosen.length, chosen);
                checks.add(check(prompts.get(i), live.get(i), merged));
            }
        }
        return new ReloadReport(List.copyOf(checks));
    }

    private static int newTokens(DecoderModel model, Prepared prompt) {
        return Math.clamp(model.spec().maxPositions() - prompt.ids().length, 1, NEW_TOKENS);
    }

    private static PromptCheck check(Prepared prompt, GreedyTrace live, GreedyTrace merged) {
        int steps = live.tokens().length;
        int same = 0;
        double difference = 0;
        double largest = 0;
        for (int step = 0; step < steps; step++) {
            difference = Math.max(difference, live.distance(merged, step));
            largest = Math.max(largest, live.largest(step));
            same += merged.choice(step) == live.tokens()[step] ? 1 : 0;
        }
        int[] choices = IntStream.range(0, steps).map(merged::choice).toArray();
        return new PromptCheck(prompt.text(), prompt.decoding().text(choices), steps, same, difference, largest);
    }

    private static List<Prepared> encode(Path exported, Tokenizer tokenizer, List<String> prompts) throws IOException {
        SpecialTokens tokens = tokenizer.specialTokens();
        ChatTemplate template =
                ChatTemplates.forModel(exported, tokens).orElseGet(() -> ChatTemplates.named("plain", tokens));
        PromptEncoder encoder = new PromptEncoder(tokenizer);
        Decoding answer = chosen -> tokenizer.decode(untilEnd(tokens, chosen)).strip();
        List<Prepared> prepared = new ArrayList<>();
        for (String prompt : prompts) {
            var rendered = template.render(
                    List.of(new ChatMessage(ChatMessage.Role.USER, prompt)), ChatTemplate.Ending.GENERATION_PROMPT);
            prepared.add(new Prepared(prompt, encoder.encode(rendered).ids(), answer));
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

    private static List<Prepared> random(ModelFolder folder) {
        SplittableRandom random = new SplittableRandom(1);
        List<Prepared> prepared = new ArrayList<>();
        for (String prompt : PROMPTS) {
            int[] ids = IntStream.generate(() -> random.nextInt(folder.spec().vocabularySize()))
                    .limit(RANDOM_PROMPT_TOKENS)
                    .toArray();
            prepared.add(new Prepared(
                    "random tokens " + (PROMPTS.indexOf(prompt) + 1), ids, chosen -> chosen.length + " tokens"));
        }
        return prepared;
    }
}
