package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.LayerWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkLayoutTest {
    static List<String> names() {
        return List.copyOf(TinyDecoders.all().keySet());
    }

    private static DecoderSpec spec(String name) {
        return Objects.requireNonNull(TinyDecoders.all().get(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void partsAreAllParametersOfABlock_alignedAndApart(String name) {
        for (ComputeType compute : ComputeType.values()) {
            ChunkLayout layout = ChunkLayout.ready(spec(name), compute);
            long end = 0;
            List<ParameterId> ids = new ArrayList<>();
            for (ChunkLayout.Part part : layout.parts()) {
                assertThat(part.offset()).isGreaterThanOrEqualTo(end).isLessThan(end + 64);
                assertThat(part.offset() % 64).isZero();
                end = part.offset() + part.bytes();
                ids.add(part.id(1));
            }
            assertThat(layout.bytes()).isGreaterThanOrEqualTo(end).isLessThan(end + 4096 + 64);
            assertThat(layout.bytes() % 4096).isZero();
            assertThat(ids)
                    .isEqualTo(DecoderParameters.ofLayer(spec(name), 1).stream()
                            .map(ParameterSpec::id)
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void onlyMatricesAreInTheComputeType(String name) {
        for (ChunkLayout.Part part :
                ChunkLayout.ready(spec(name), ComputeType.BF16).parts()) {
            boolean matrix = part.shape().rank() == 2;
            assertThat(part.dtype()).as("%s", part).isEqualTo(matrix ? DType.BF16 : DType.F32);
        }
    }

    @Test
    void wireKeepsTheNarrowerTypeOfMatrices() {
        DecoderSpec spec = spec("gpt2");
        ChunkLayout bf16 = ChunkLayout.ready(spec, ComputeType.BF16);
        ChunkLayout f32 = ChunkLayout.ready(spec, ComputeType.F32);
        assertThat(ChunkLayout.wire(spec, 0, ComputeType.BF16, p -> DType.F32)).isEqualTo(bf16);
        assertThat(ChunkLayout.wire(spec, 0, ComputeType.BF16, p -> DType.BF16)).isEqualTo(bf16);
        assertThat(ChunkLayout.wire(spec, 0, ComputeType.BF16, p -> DType.F16)).isEqualTo(bf16);
        assertThat(ChunkLayout.wire(spec, 0, ComputeType.F32, p -> DType.F32)).isEqualTo(f32);
        ChunkLayout half = ChunkLayout.wire(spec, 0, ComputeType.F32, p -> DType.F16);
        for (ChunkLayout.Part part : half.parts()) {
            boolean matrix = part.shape().rank() == 2;
            assertThat(part.dtype()).as("%s", part).isEqualTo(matrix ? DType.F16 : DType.F32);
        }
        assertThat(half.payloadBytes()).isLessThan(f32.payloadBytes());
    }

    @ParameterizedTest
    @MethodSource("names")
    void weightsAreViewsOfTheChunk(String name) {
        ChunkLayout layout = ChunkLayout.ready(spec(name), ComputeType.F32);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(layout.bytes(), 64);
            LayerWeights weights = layout.weights(7, chunk);
            assertThat(weights.layer()).isEqualTo(7);
            int found = 0;
            for (ChunkLayout.Part part : layout.parts()) {
                Matrix matrix = matrix(weights, part.module(), part.part());
                assertThat(matrix.data().address()).isEqualTo(chunk.address() + part.offset());
                assertThat(matrix.elements()).isEqualTo(part.shape().elements());
                assertThat((long) matrix.columns()).isEqualTo(part.shape().extent(-1));
                found++;
            }
            assertThat(found).isEqualTo(layout.parts().size());
        }
    }

    private static Matrix matrix(LayerWeights weights, Module module, ParameterId.Part part) {
        boolean weight = part == ParameterId.Part.WEIGHT;
        if (module.isLinear()) {
            return weight
                    ? weights.linear(module).weight()
                    : Objects.requireNonNull(weights.linear(module).bias());
        }
        return weight
                ? weights.norm(module).weight()
                : Objects.requireNonNull(weights.norm(module).bias());
    }
}
