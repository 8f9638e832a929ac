package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BlockwiseWeights;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.export.AnswerLogits.Text;
import dev.gantry.lora.export.ReloadReport.PromptCheck;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.memory.PlacedModel;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Loads what was exported from its files alone, has it answer, and compares it with what it was made of on every token
/// of the answers. Where both find each token the likeliest, both answer the same.
public final class ReloadCheck {
    /// What is asked when nobody says otherwise.
    public static final List<String> PROMPTS = List.of("Hello!", "Who are you?", "Tell me a story.");

    /// Tokens of each answer.
    static final int NEW_TOKENS = 24;

    /// Share of the largest logit by which rounding the merged weights may move any: to f32, and to 16 bits.
    private static final double F32_SHARE = 1e-4;

    private static final double HALF_SHARE = 0.02;

    private final Backend backend;
    private final Progress progress;
    private final MemoryTiers tiers;

    public ReloadCheck(Backend backend, Progress progress) {
        this(backend, progress, MemoryTiers.within(MemoryLimits.NONE, backend));
    }

    /// @param tiers where all memory beside the mapped files is taken from; limits never change what is answered
    public ReloadCheck(Backend backend, Progress progress, MemoryTiers tiers) {
        this.backend = backend;
        this.progress = progress;
        this.tiers = tiers;
    }

    /// Whether an export of this type may be called equal to the adapter.
    public static boolean passed(ReloadReport report, DType dtype) {
        return report.largestShare() <= (dtype == DType.F32 ? F32_SHARE : HALF_SHARE);
    }

    /// Compares a merged model with the base and adapter it was made of.
    ///
    /// @param exported the merged model's folder
    /// @param prompts what to ask; without a tokenizer random tokens are asked instead
    public ReloadReport run(TunedModel tuned, Path exported, List<String> prompts) throws IOException {
        AskedModel written = new AskedModel.Whole(ModelFolder.open(exported));
        return check(new AskedModel.Adapted(tuned), written, exported, tuned.base(), prompts);
    }

    /// Compares an adapter that was written anew with the one it was read from, both on their base.
    ///
    /// @param exported the adapter's PEFT folder, with a tokenizer where the base has one
    public ReloadReport runAdapter(TunedModel tuned, Path exported, List<String> prompts) throws IOException {
        AskedModel written = new AskedModel.Adapted(new TunedModel(tuned.base(), exported, tuned.template()));
        return check(new AskedModel.Adapted(tuned), written, exported, tuned.base(), prompts);
    }

    /// Compares a model that was written anew with the one it was read from.
    public ReloadReport runWhole(ModelFolder model, Path exported, List<String> prompts) throws IOException {
        AskedModel written = new AskedModel.Whole(ModelFolder.open(exported));
        return check(new AskedModel.Whole(model), written, exported, model, prompts);
    }

    /// Makes sure, before anything is written, that the limits leave room for the check of a merged model in the base's
    /// type.
    ///
    /// @throws dev.gantry.engine.GantryException when they do not
    public void requireRoom(TunedModel tuned, List<String> prompts) throws IOException {
        requireRoom(new AskedModel.Adapted(tuned), new AskedModel.Whole(tuned.base()), tuned.base(), prompts);
    }

    /// The same for {@link #runAdapter}.
    public void requireRoomForAdapter(TunedModel tuned, List<String> prompts) throws IOException {
        requireRoom(new AskedModel.Adapted(tuned), new AskedModel.Adapted(tuned), tuned.base(), prompts);
    }

    /// The same for {@link #runWhole}.
    public void requireRoomForWhole(ModelFolder model, List<String> prompts) throws IOException {
        requireRoom(new AskedModel.Whole(model), new AskedModel.Whole(model), model, prompts);
    }

    /// @param written stands for what will be
    private void requireRoom(AskedModel before, AskedModel written, ModelFolder model, List<String> prompts)
            throws IOException {
        if (!tiers.areLimited()) {
            return;
        }
        List<int[]> asked = CheckPrompt.with(model.path(), model, prompts, CheckPrompt::ids);
        written.ask(backend, tiers.device(), (stored, adapters) -> {
            PlacedModel.requireRoom(backend, stored, use(written.stored(), adapters, asked), tiers);
            return requireRoom(stored, adapters, asked);
        });
        before.ask(backend, tiers.device(), (stored, adapters) -> requireRoom(stored, adapters, asked));
    }

    private boolean requireRoom(StoredModel model, Adapters adapters, List<int[]> asked) {
        int read = longest(asked) + NEW_TOKENS - 1; // the last token of an answer is not fed
        AnswerLogits.requireRoom(backend, model, adapters, read, asked.size(), tiers);
        return true;
    }

    /// @param folder what was exported, with the tokenizer it shall be used with
    private ReloadReport check(
            AskedModel before, AskedModel written, Path folder, ModelFolder model, List<String> prompts)
            throws IOException {
        return CheckPrompt.with(folder, model, prompts, prepared -> compare(before, written, prepared));
    }

    private ReloadReport compare(AskedModel before, AskedModel written, List<CheckPrompt> prompts) throws IOException {
        try (ProgressTask task = progress.start("loading it again", NEW_TOKENS + 2L, ProgressUnit.STEPS)) {
            List<int[]> asked = CheckPrompt.ids(prompts);
            List<Text> texts = written.ask(
                    backend,
                    tiers.device(),
                    (model, adapters) -> answer(model, use(written.stored(), adapters, asked), asked, task));
            progress.throwIfCancelled();
            List<AnswerLogits> after = logits(written, texts);
            task.update(NEW_TOKENS + 1);
            progress.throwIfCancelled();
            List<AnswerLogits> live = logits(before, texts);
            task.update(NEW_TOKENS + 2);
            List<PromptCheck> checks = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                checks.add(check(prompts.get(i), texts.get(i), live.get(i), after.get(i)));
            }
            return new ReloadReport(List.copyOf(checks));
        }
    }

    private List<AnswerLogits> logits(AskedModel asked, List<Text> texts) throws IOException {
        return asked.ask(
                backend, tiers.device(), (model, adapters) -> AnswerLogits.of(backend, model, adapters, texts, tiers));
    }

    private static int longest(List<int[]> asked) {
        return asked.stream().mapToInt(ids -> ids.length).max().orElse(1);
    }

    /// Answers are computed in the type that the model is stored in where that can be.
    private static PlacedModel.Use use(DType stored, Adapters adapters, List<int[]> asked) {
        ComputeType compute = stored == DType.BF16 ? ComputeType.BF16 : ComputeType.F32;
        return new PlacedModel.Use(compute, adapters, asked.size(), longest(asked) + NEW_TOKENS);
    }

    /// What the exported model answers.
    private List<Text> answer(StoredModel model, PlacedModel.Use use, List<int[]> asked, ProgressTask task) {
        if (tiers.areLimited()) {
            try (PlacedModel placed = PlacedModel.open(backend, model, use, tiers, Progress.silent())) {
                return answer(placed.weights(), placed.cacheTier(), use, asked, task);
            }
        }
        try (BlockwiseWeights weights = new BlockwiseWeights(backend, model.model(), use.compute(), tiers.device())) {
            return answer(weights.weights(), tiers.device(), use, asked, task);
        }
    }

    private List<Text> answer(
            ModelWeights weights, MemoryAccount cacheTier, PlacedModel.Use use, List<int[]> asked, ProgressTask task) {
        List<Text> texts = new ArrayList<>();
        AtomicInteger chosen = new AtomicInteger();
        try (Generator generator = new Generator(
                backend, weights, use.adapters(), use.sequences(), use.capacity(), tiers.device(), cacheTier)) {
            List<Generator.Continuation> answers =
                    generator.generate(asked, Sampling.GREEDY, NEW_TOKENS, Set.of(), (sequence, id) -> {
                        task.update(chosen.incrementAndGet() / asked.size());
                        return !progress.cancelled();
                    });
            for (int i = 0; i < asked.size(); i++) {
                texts.add(new Text(asked.get(i), answers.get(i).ids()));
            }
        }
        return texts;
    }

    private static PromptCheck check(CheckPrompt prompt, Text text, AnswerLogits live, AnswerLogits merged) {
        int same = (int) IntStream.range(0, live.tokens())
                .filter(token -> live.choice(token) == merged.choice(token))
                .count();
        return new PromptCheck(
                prompt.text(),
                prompt.decoding().text(text.answer()),
                live.tokens(),
                same,
                live.distance(merged),
                live.largest());
    }
}
