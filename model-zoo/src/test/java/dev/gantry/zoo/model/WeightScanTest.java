package dev.gantry.zoo.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.export.ExportSource;
import dev.gantry.zoo.export.ModelCard;
import dev.gantry.zoo.export.ModelExporter;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WeightScanTest {
    @TempDir
    Path temp;

    @Test
    void scan_findsNothing_inAHealthyModel() throws IOException {
        try (LoadedModel model = ModelFolder.open(TestModels.own("gpt2")).load()) {
            assertThat(WeightScan.scan(model, Progress.silent())).isEmpty();
        }
    }

    @Test
    void scan_namesTheTensorAndThePlace_whenAWeightIsNoNumber() throws IOException {
        ModelShape shape = ModelShape.of(TestModels.own("gpt2").toString());
        for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
            Path folder = temp.resolve(dtype.name());
            try (TensorArena arena = new TensorArena()) {
                DecoderModel model = SyntheticModels.create(shape.spec(), dtype, 1, arena);
                var data = model.parameter(ParameterId.weight(1, Module.MLP_UP)).data();
                switch (dtype) {
                    case F32 -> {
                        data.setAtIndex(ValueLayout.JAVA_FLOAT, 17, Float.NaN);
                        data.setAtIndex(ValueLayout.JAVA_FLOAT, 99, Float.NEGATIVE_INFINITY);
                    }
                    case BF16 -> {
                        data.setAtIndex(ValueLayout.JAVA_SHORT, 17, (short) 0x7fc0);
                        data.setAtIndex(ValueLayout.JAVA_SHORT, 99, (short) 0xff80);
                    }
                    default -> {
                        data.setAtIndex(ValueLayout.JAVA_SHORT, 17, Float.floatToFloat16(Float.NaN));
                        data.setAtIndex(ValueLayout.JAVA_SHORT, 99, (short) 0xfc00);
                    }
                }
                ModelCard card = new ModelCard("t", "", "", List.of(), "");
                new ModelExporter(Progress.silent())
                        .export(
                                ExportSource.fresh(shape.family(), shape.config(), model, TestModels.own("gpt2"), card),
                                folder);
            }
            try (LoadedModel model = ModelFolder.open(folder).load()) {
                assertThat(WeightScan.scan(model, Progress.silent()))
                        .containsExactly(new WeightScan.NonFinite("transformer.h.1.mlp.c_fc.weight", 2, 17));
            }
        }
    }
}
