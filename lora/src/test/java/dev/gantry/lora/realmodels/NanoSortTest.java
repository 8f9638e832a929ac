package dev.gantry.lora.realmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A GPT-2 with a head of its own that was trained to sort six digits, against PyTorch's activations of it.
class NanoSortTest {
    private static final Path MODEL = Path.of(System.getProperty("gantry.shared", "nowhere"), "data/gpt-nano-sort-hf");
    private static final float TOLERANCE = 2e-5f;
    private static final int DIGITS = 6;
    private static final int LENGTH = 11;

    @BeforeEach
    void findSharedData() {
        assumeTrue(Files.isDirectory(MODEL), "the model gpt-nano-sort-hf is not beside this project");
    }

    @Test
    void everyLayerEqualsPyTorchs() throws IOException {
        JsonNode expected = JsonMapper.shared()
                .readTree(MODEL.resolve("expected_torch.json").toFile());
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena();
                LoadedModel model = ModelFolder.open(MODEL).load();
                ResidentWeights weights = new ResidentWeights(backend, model.model(), ComputeType.F32)) {
            DecoderSpec spec = model.model().spec();
            assertThat(spec.head()).isEqualTo(DecoderSpec.Head.OWN);
            TokenBatch batch = batch(expected.path("idx"), arena);
            int rows = batch.tokens();
            Matrix normed = arena.matrix(DType.F32, rows, spec.hidden());
            Matrix logits = arena.matrix(DType.F32, rows, spec.vocabularySize());
            var plan = new TrainingPass.Plan(rows, 1, Retention.EVERYTHING, Adapters.NONE, Set.of());
            try (TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
                pass.forward(List.of(batch), Adapters.NONE);
                pass.headInput(0, batch, normed);
                pass.logits(0, batch, logits);
                backend.synchronize();
                check("emb_sum", expected, pass.boundary(0, 0));
                for (int layer = 0; layer < spec.layers(); layer++) {
                    check("block" + layer, expected, pass.boundary(layer + 1, 0));
                }
                check("ln_f", expected, normed);
                check("logits", expected, logits);
            }
        }
    }

    @Test
    void greedyDecodingSorts() throws IOException {
        long seed = 20_261_124;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (CpuBackend backend = new CpuBackend(2);
                LoadedModel model = ModelFolder.open(MODEL).load();
                ResidentWeights weights = new ResidentWeights(backend, model.model(), ComputeType.F32);
                Generator generator = new Generator(backend, weights.weights(), Adapters.NONE, 1, LENGTH)) {
            for (int i = 0; i < 200; i++) {
                int[] digits = random.ints(DIGITS, 0, 3).toArray();
                int[] answer = generator
                        .generate(List.of(digits), Sampling.GREEDY, DIGITS, Set.of(), (sequence, id) -> true)
                        .getFirst()
                        .ids();
                assertThat(answer)
                        .as(Arrays.toString(digits))
                        .isEqualTo(Arrays.stream(digits).sorted().toArray());
            }
        }
    }

    private static TokenBatch batch(JsonNode sequences, TensorArena arena) {
        int[] ids = new int[sequences.size() * LENGTH];
        int[] lengths = new int[sequences.size()];
        for (int s = 0; s < lengths.length; s++) {
            lengths[s] = LENGTH;
            for (int t = 0; t < LENGTH; t++) {
                ids[s * LENGTH + t] = sequences.get(s).get(t).asInt();
            }
        }
        int[] next = new int[ids.length];
        Arrays.fill(next, LossKernels.IGNORED);
        return new TokenBatch.Buffers(ids.length, arena).fill(ids, next, lengths);
    }

    private static void check(String name, JsonNode expected, Matrix actual) {
        float[] values =
                actual.data().asSlice(0, actual.elements() * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
        float[] wanted = new float[values.length];
        int i = 0;
        for (JsonNode sequence : expected.path(name)) {
            for (JsonNode token : sequence) {
                for (JsonNode value : token) {
                    wanted[i++] = (float) value.asDouble();
                }
            }
        }
        assertThat(i).as("values of " + name).isEqualTo(values.length);
        assertThat(values).as(name).containsExactly(wanted, within(TOLERANCE));
    }
}
