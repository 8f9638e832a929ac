package dev.gantry.lora.realmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.zoo.chat.PromptEncoder;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Small models that were really trained: tokenizer, logits and greedy text as another program computed them.
class RealModelsTest {
    private static final Path MODELS = Path.of(System.getProperty("gantry.shared", "nowhere"), "data");
    private static final float LOGIT_TOLERANCE = 1e-4f;

    /// One prompt and what must follow it.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Expected(String prompt, int[] ids, JsonNode topLogits, int[] greedyIds) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bloom-tinyshakespeare",
                "gpt2-tinystories-chat-3m",
                "opt-tinyshakespeare",
                "opt-tinystories-chat-3m",
                "stories260K-hf"
            })
    void greedyTokensEqualTheReference(String name) throws IOException {
        Path folder = MODELS.resolve(name);
        assumeTrue(Files.isDirectory(folder), "the model " + name + " is not beside this project");
        List<Expected> cases = read(folder.resolve("expected.json"));
        assertThat(cases).isNotEmpty();
        try (CpuBackend backend = new CpuBackend(2);
                LoadedModel model = ModelFolder.open(folder).load();
                Tokenizer tokenizer = TokenizerLoader.load(folder);
                ResidentWeights weights = new ResidentWeights(backend, model.model(), ComputeType.F32)) {
            for (Expected expected : cases) {
                if (!expected.prompt().isEmpty()) {
                    assertThat(new PromptEncoder(tokenizer)
                                    .encodeText(expected.prompt())
                                    .ids())
                            .as("ids of %s", expected.prompt())
                            .isEqualTo(expected.ids());
                }
                checkLogits(backend, weights, expected);
                checkGreedy(backend, weights, expected);
            }
        }
    }

    private static void checkLogits(CpuBackend backend, ResidentWeights weights, Expected expected) {
        int tokens = expected.ids().length;
        try (InferencePass pass = new InferencePass(
                        backend, weights.weights(), Adapters.NONE, new InferencePass.Extent(tokens, 1, tokens));
                KeyValueCache cache = new KeyValueCache(weights.weights().spec(), ComputeType.F32, 1, tokens)) {
            Matrix logits = pass.advance(cache, expected.ids());
            for (JsonNode pair : expected.topLogits()) {
                int id = pair.get(0).asInt();
                float actual = logits.data().getAtIndex(ValueLayout.JAVA_FLOAT, id);
                assertThat(actual).isCloseTo((float) pair.get(1).asDouble(), within(LOGIT_TOLERANCE));
            }
        }
    }

    private static void checkGreedy(CpuBackend backend, ResidentWeights weights, Expected expected) {
        int from = expected.ids().length;
        int[] following = Arrays.copyOfRange(expected.greedyIds(), from, expected.greedyIds().length);
        assertThat(Arrays.copyOf(expected.greedyIds(), from)).isEqualTo(expected.ids());
        try (Generator generator =
                new Generator(backend, weights.weights(), Adapters.NONE, 1, from + following.length)) {
            int[] ids = generator
                    .generate(
                            List.of(expected.ids()),
                            Sampling.GREEDY,
                            following.length,
                            Set.of(),
                            (sequence, id) -> true)
                    .getFirst()
                    .ids();
            assertThat(ids).isEqualTo(following);
        }
    }

    private static List<Expected> read(Path file) {
        JsonNode root = JsonMapper.shared().readTree(file.toFile());
        List<Expected> cases = new ArrayList<>();
        for (JsonNode one : root.path("cases")) {
            cases.add(new Expected(
                    one.path("prompt").asString(""),
                    ints(one.path("ids")),
                    one.path("last_logits_top10"),
                    ints(one.path("greedy_ids"))));
        }
        if (root.has("prompt_ids")) {
            cases.add(new Expected(
                    "",
                    ints(root.path("prompt_ids")),
                    root.path("last_logits_top10"),
                    ints(root.path("greedy_ids_80"))));
        }
        return cases;
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}
