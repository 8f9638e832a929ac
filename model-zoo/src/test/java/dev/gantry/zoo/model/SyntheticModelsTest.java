package dev.gantry.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class SyntheticModelsTest {
    @Test
    void of_knowsTheSizesOfNamedModels() throws IOException {
        assertThat(count("gpt2-124m")).isEqualTo(124_439_808);
        assertThat(count("opt-125m")).isEqualTo(125_239_296);
        assertThat(count("bloom-560m")).isEqualTo(559_214_592);
        assertThat(count("llama-160m")).isEqualTo(162_417_408);
    }

    @Test
    void of_readsAnyConfig_andRefusesUnknownNames() throws IOException {
        assertThat(ModelShape.of(TestModels.own("gpt2").toString()).spec().hidden())
                .isEqualTo(48);
        assertThatThrownBy(() -> ModelShape.of("gpt5"))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("llama-160m");
    }

    @Test
    void create_dependsOnTheSeedOnly() throws IOException {
        try (TensorArena arena = new TensorArena()) {
            var spec = ModelShape.of(TestModels.own("bloom_6heads").toString()).spec();
            DecoderModel one = SyntheticModels.create(spec, DType.BF16, 7, arena);
            DecoderModel two = SyntheticModels.create(spec, DType.BF16, 7, arena);
            DecoderModel other = SyntheticModels.create(spec, DType.BF16, 8, arena);
            ParameterId id = ParameterId.weight(1, Module.MLP_UP);
            assertThat(one.parameter(id).data().mismatch(two.parameter(id).data()))
                    .isEqualTo(-1);
            assertThat(one.parameter(id).data().mismatch(other.parameter(id).data()))
                    .isNotEqualTo(-1);
            assertThat(standardDeviation(one.parameter(id))).isBetween(0.018, 0.022);
            assertThat(Elements.get(
                            DType.BF16,
                            one.parameter(ParameterId.weight(Module.FINAL_NORM)).data(),
                            0))
                    .isEqualTo(1);
        }
    }

    @Test
    void create_takesNoMemory_inAMeasuringArena() throws IOException {
        try (TensorArena arena = TensorArena.measuring()) {
            SyntheticModels.create(ModelShape.of("bloom-560m").spec(), DType.BF16, 1, arena);
            assertThat(arena.allocatedBytes()).isEqualTo(2 * 559_214_592L);
        }
    }

    private static double standardDeviation(Tensor tensor) {
        double sum = 0;
        for (long i = 0; i < tensor.elements(); i++) {
            double value = Elements.get(
                    tensor.dtype(), tensor.data(), i * tensor.dtype().bytes());
            sum += value * value;
        }
        return Math.sqrt(sum / tensor.elements());
    }

    private static long count(String name) throws IOException {
        return DecoderParameters.count(ModelShape.of(name).spec());
    }
}
