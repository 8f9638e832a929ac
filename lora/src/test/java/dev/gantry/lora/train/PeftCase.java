package dev.gantry.lora.train;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.json.JsonMapper;

/// An adapter that PEFT made, with what PEFT computed from it; see `make_cases.py` beside the cases.
///
/// @param reference numbers of the case with their tolerances
/// @param base the base model's case
record PeftCase(Fixture reference, Path base) {
    static final int STEPS = 4;
    static final double RATE = 1e-3;

    private static final int MAX_TOKENS = 128;

    /// Skips the test when the base model lies beside the project and is not there.
    static PeftCase of(String name) throws IOException {
        Path folder = resource("/peft/" + name);
        Fixture reference = new Fixture(folder, JsonMapper.shared().readTree(folder.resolve("README.json")));
        String base = reference.readme().path("base").asString();
        if (PeftCase.class.getResource("/fixtures/" + base) != null) {
            return new PeftCase(reference, resource("/fixtures/" + base));
        }
        Path shared = Path.of(System.getProperty("gantry.shared", "nowhere"), "fixtures", base);
        Assumptions.assumeTrue(Files.isDirectory(shared), () -> "skipped: no reference case at " + shared);
        return new PeftCase(reference, shared);
    }

    private static Path resource(String name) throws IOException {
        try {
            return Path.of(Objects.requireNonNull(PeftCase.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    Path adapterFolder() {
        return reference.folder().resolve("adapter_init");
    }

    LoadedModel model() throws IOException {
        return ModelFolder.open(base).load();
    }

    static Adapter adapter(Path folder, LoadedModel model, CpuBackend backend) throws IOException {
        return PeftFolder.read(folder, model.model().spec(), model.folder().family()::modulePath, backend);
    }

    TokenBatch trainBatch(int step, TensorArena arena) throws IOException {
        try (Checkpoint batches = SafetensorsFile.open(base.resolve("train_batches.safetensors"))) {
            return batch(batches, "batch." + step % 4 + ".", arena);
        }
    }

    TokenBatch inputs(TensorArena arena) throws IOException {
        try (Checkpoint inputs = SafetensorsFile.open(base.resolve("inputs.safetensors"))) {
            return batch(inputs, "", arena);
        }
    }

    private TokenBatch batch(Checkpoint file, String prefix, TensorArena arena) {
        int rows = (int) file.tensor(prefix + "input_ids").shape().extent(0);
        return reference.batch(file, prefix, 0, rows, new TokenBatch.Buffers(MAX_TOKENS, arena));
    }

    /// Logits of all tokens of the inputs, padding left out.
    float[] logits(CpuBackend backend, DecoderModel model, Adapters adapters) throws IOException {
        try (TensorArena arena = new TensorArena();
                ResidentWeights weights = new ResidentWeights(backend, model, ComputeType.F32)) {
            TokenBatch batch = inputs(arena);
            Matrix logits = arena.matrix(DType.F32, batch.tokens(), model.spec().vocabularySize());
            var plan = new TrainingPass.Plan(MAX_TOKENS, 1, Retention.BOUNDARY, adapters, Set.of());
            try (TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
                pass.forward(List.of(batch), adapters);
                pass.logits(0, batch, logits);
                backend.synchronize();
            }
            return logits.data().toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
