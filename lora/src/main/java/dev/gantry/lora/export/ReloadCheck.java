package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BlockwiseWeights;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.export.AnswerLogits.Text;
import dev.gantry.lora.export.ReloadReport.PromptCheck;
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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Loads what was exported from its files alone, has it answer, and compares it with what it was made of on every token
/// of the answers. Where both find each token the likeliest, both answer the same.
public final class ReloadCheck {
    /// What is asked when nobody says otherwise.
    public static final List<String> PROMPTS = List.of("Hello!", "Who are you?", "Tell me a story.");

    /// Tokens of each answer.
    static final int NEW_TOKENS = 24;
    private static final int RANDOM_PROMPT_TOKENS = 8;

    /// Share of the largest logit by which rounding the merged weights may move any: to f32, and to 16 bits.
    private static final double F32_SHARE = 1e-4;

    private static final double HALF_SHARE = 0.02;

    private final Backend backend;
    private final Progress progress;
    private final MemoryAccount account;

    public ReloadCheck(Backend backend, Progress progress) {
        this(backend, progress, MemoryAccount.unlimited("host"));
    }

    /// @param account where all memory beside the mapped files is taken from
    public ReloadCheck(Backend backend, Progress progress, MemoryAccount account) {
        this.backend = backend;
        this.progress = progress;
        this.account = account;
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

    /// @param folder what was exported, with the tokenizer it shall be used with
    private ReloadReport check(
            AskedModel before, AskedModel written, Path folder, ModelFolder model, List<String> prompts)
            throws IOException {
        int vocabularySize = model.spec().vocabularySize();
        if (TokenizerKind.in(folder) == TokenizerKind.NONE) {
            return compare(before, written, random(vocabularySize));
        }
        try (Tokenizer tokenizer = TokenizerLoader.load(folder, vocabularySize)) {
            return compare(before, written, encode(folder, tokenizer, prompts));
        }
    }

    /// A prompt ready to run, and how its answer becomes text.
    @SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
    private record Prepared(String text, int[] ids, Decoding decoding) {}

    private interface Decoding {
        String text(int... ids);
    }

    private ReloadReport compare(AskedModel before, AskedModel written, List<Prepared> prompts) throws IOException {
        try (ProgressTask task = progress.start("loading it again", NEW_TOKENS + 2L, ProgressUnit.STEPS)) {
            List<Text> texts =
                    written.ask(backend, (model, adapters) -> answer(model, adapters, written.stored(), prompts, task));
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
        return asked.ask(backend, (model, adapters) -> AnswerLogits.of(backend, model, adapters, texts, account));
    }

    /// What the exported model answers, computed in the type it is stored in where that can be.
    private List<Text> answer(
            DecoderModel model, Adapters adapters, DType stored, List<Prepared> prompts, ProgressTask task) {
        ComputeType compute = stored == DType.BF16 ? ComputeType.BF16 : ComputeType.F32;
        List<int[]> asked = prompts.stream().map(Prepared::ids).toList();
        int longest = asked.stream().mapToInt(ids -> ids.length).max().orElse(1);
        List<Text> texts = new ArrayList<>();
        AtomicInteger chosen = new AtomicInteger();
        try (BlockwiseWeights weights = new BlockwiseWeights(backend, model, compute, account);
                Generator generator =
                        new Generator(backend, weights.weights(), adapters, asked.size(), longest + NEW_TOKENS)) {
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

    private static PromptCheck check(Prepared prompt, Text text, AnswerLogits live, AnswerLogits merged) {
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

    private static List<Prepared> random(int vocabularySize) {
        SplittableRandom random = new SplittableRandom(1);
        List<Prepared> prepared = new ArrayList<>();
        for (String prompt : PROMPTS) {
            int[] ids = IntStream.generate(() -> random.nextInt(vocabularySize))
                    .limit(RANDOM_PROMPT_TOKENS)
                    .toArray();
            prepared.add(new Prepared(
                    "random tokens " + (PROMPTS.indexOf(prompt) + 1), ids, chosen -> chosen.length + " tokens"));
        }
        return prepared;
    }
}
