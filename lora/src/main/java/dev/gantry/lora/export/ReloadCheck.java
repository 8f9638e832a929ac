package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BlockwiseWeights;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.export.AnswerLogits.Text;
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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Loads an exported model from its files alone, has it answer, and compares it with base and adapter on every token of
/// the answers. Where both find each token the likeliest, both answer the same.
public final class ReloadCheck {
    /// What is asked when nobody says otherwise.
    public static final List<String> PROMPTS = List.of("Hello!", "Who are you?", "Tell me a story.");

    private static final int NEW_TOKENS = 24;
    private static final int RANDOM_PROMPT_TOKENS = 8;

    /// Share of the largest logit by which rounding the merged weights may move any: to f32, and to 16 bits.
    private static final double F32_SHARE = 1e-4;

    private static final double HALF_SHARE = 0.02;

    private final Backend backend;
    private final MemoryAccount account;

    public ReloadCheck(Backend backend) {
        this(backend, MemoryAccount.unlimited("host"));
    }

    /// @param account where all memory beside the mapped files is taken from
    public ReloadCheck(Backend backend, MemoryAccount account) {
        this.backend = backend;
        this.account = account;
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
        List<Text> texts;
        List<AnswerLogits> merged;
        try (LoadedModel model = reloaded.load()) {
            texts = answer(model.model(), reloaded.dtype(), prompts);
            merged = AnswerLogits.of(backend, model.model(), Adapters.NONE, texts, account);
        }
        List<AnswerLogits> live;
        try (LoadedModel base = tuned.base().load();
                Adapter adapter = PeftFolder.read(
                        tuned.adapter(), base.model().spec(), tuned.base().family()::modulePath, backend)) {
            live = AnswerLogits.of(backend, adapter.overlay(base.model()), adapter.lowRank(), texts, account);
        }
        List<PromptCheck> checks = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            checks.add(check(prompts.get(i), texts.get(i), live.get(i), merged.get(i)));
        }
        return new ReloadReport(List.copyOf(checks));
    }

    /// What the exported model answers, computed in the type it is stored in where that can be.
    private List<Text> answer(DecoderModel model, DType stored, List<Prepared> prompts) {
        ComputeType compute = stored == DType.BF16 ? ComputeType.BF16 : ComputeType.F32;
        List<int[]> asked = prompts.stream().map(Prepared::ids).toList();
        int longest = asked.stream().mapToInt(ids -> ids.length).max().orElse(1);
        List<Text> texts = new ArrayList<>();
        try (BlockwiseWeights weights = new BlockwiseWeights(backend, model, compute, account);
                Generator generator =
                        new Generator(backend, weights.weights(), Adapters.NONE, asked.size(), longest + NEW_TOKENS)) {
            List<Generator.Continuation> answers =
                    generator.generate(asked, Sampling.GREEDY, NEW_TOKENS, Set.of(), (sequence, id) -> true);
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
