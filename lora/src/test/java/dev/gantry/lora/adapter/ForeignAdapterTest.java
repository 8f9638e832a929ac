package dev.gantry.lora.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Activation;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.Bias;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.lora.TinyModels;
import dev.gantry.zoo.family.Families;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Adapters that others made with other programs.
class ForeignAdapterTest {
    private static final DecoderSpec GPT2_SMALL = new DecoderSpec(
            50257,
            768,
            768,
            12,
            1024,
            new PositionSpec.Learned(1024, 0),
            TinyModels.GPT2.norm(),
            new AttentionSpec(
                    12, 12, 64, 0.125f, 0, AttentionSpec.QkvProjection.CONCATENATED, Bias.PRESENT, Bias.PRESENT),
            new MlpSpec(3072, Activation.GELU_TANH, MlpSpec.Gating.PLAIN, Bias.PRESENT),
            DecoderSpec.EmbeddingNorm.ABSENT,
            DecoderSpec.FinalNorm.PRESENT,
            DecoderSpec.Head.TIED,
            DecoderSpec.LinearLayout.IN_OUT);

    private Path adapters = Path.of("");

    @BeforeEach
    void findSharedData() {
        adapters = Path.of(System.getProperty("gantry.shared", "none"), "data", "lora-adapters");
        Assumptions.assumeTrue(Files.isDirectory(adapters), "no shared data beside the project");
    }

    private Adapter read(String name) throws IOException {
        try (CpuBackend backend = new CpuBackend(1)) {
            return PeftFolder.read(adapters.resolve(name), GPT2_SMALL, Families.GPT2::modulePath, backend);
        }
    }

    @Test
    void peftsOwnAdapter_isRead() throws IOException {
        try (Adapter adapter = read("peft-gpt2-causallm")) {
            assertThat(adapter.tensors()).hasSize(72);
            assertThat(adapter.layout().slots()).allMatch(slot -> slot.rank() == 8 && slot.scale() == 4);
            AdapterCheck.requireTrained(adapter);
        }
    }

    @Test
    void anAdapterOfAnotherKind_isRefused() {
        assertThatThrownBy(() -> read("ollama-discollama-mlx"))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining("peft_type");
    }
}
