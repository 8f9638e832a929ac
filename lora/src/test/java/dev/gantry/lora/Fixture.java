package dev.gantry.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A reference case of the test resources: inputs, and what PyTorch computed from them.
public record Fixture(Path folder, JsonNode readme) {

    public static Fixture of(String name) throws IOException {
        try {
            Path folder = Path.of(Objects.requireNonNull(Fixture.class.getResource("/fixtures/" + name))
                    .toURI());
            return new Fixture(folder, new JsonMapper().readTree(folder.resolve("README.json")));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    public LoadedModel model() throws IOException {
        return ModelFolder.open(folder).load();
    }

    public Checkpoint file(String name) {
        return SafetensorsFile.open(folder.resolve(name));
    }

    /// Rows `[from, to)` of a padded batch as a micro-batch without padding.
    ///
    /// @param prefix of the tensor names, such as `batch.0.`
    public TokenBatch batch(Checkpoint file, String prefix, int from, int to, TokenBatch.Buffers buffers) {
        Tensor ids = file.tensor(prefix + "input_ids");
        Tensor mask = file.tensor(prefix + "attention_mask");
        Tensor labels = file.tensor(prefix + "labels");
        int columns = (int) ids.shape().extent(1);
        LongStream.Builder kept = LongStream.builder();
        LongStream.Builder next = LongStream.builder();
        int[] lengths = new int[to - from];
        for (int row = from; row < to; row++) {
            for (int column = 0; column < columns; column++) {
                long at = (long) row * columns + column;
                if (integer(mask, at) == 1) {
                    kept.add(integer(ids, at));
                    boolean last = column + 1 == columns || integer(mask, at + 1) == 0;
                    next.add(last ? -100 : integer(labels, at + 1));
                    lengths[row - from]++;
                }
            }
        }
        return buffers.fill(ints(kept), ints(next), lengths);
    }

    private static int[] ints(LongStream.Builder values) {
        return values.build().mapToInt(Math::toIntExact).toArray();
    }

    private static long integer(Tensor tensor, long index) {
        return tensor.data().getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    public static float[] floats(Tensor tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_FLOAT);
    }

    /// Compares within the case's own tolerance.
    public void assertClose(String file, String tensor, float[] actual) {
        double tolerance = readme.path("files")
                .path(file)
                .path("tensors")
                .path(tensor)
                .path("tol_abs")
                .asDouble();
        assertThat(tolerance).as("tolerance of " + tensor).isPositive();
        try (Checkpoint stored = file(file)) {
            assertThat(actual).as(file + " " + tensor).containsExactly(floats(stored.tensor(tensor)), within((float)
                    tolerance));
        }
    }
}
