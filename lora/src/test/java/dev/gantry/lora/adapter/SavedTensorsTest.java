package dev.gantry.lora.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.TinyModels;
import dev.gantry.lora.tensors.TensorFile;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What versions of PEFT save beside, or instead of, what they load.
class SavedTensorsTest {
    private static final DecoderSpec SPEC = TinyModels.GPT2;

    private final TensorArena arena = new TensorArena();
    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
        arena.close();
    }

    private void write(List<String> modulesToSave, BiasTraining bias, Consumer<Map<String, Tensor>> change)
            throws IOException {
        LoraConfig config = new LoraConfig(
                2,
                4,
                0,
                false,
                new TargetModules.Names(List.of("mlp_up")),
                List.of(),
                modulesToSave,
                Map.of(),
                Map.of(),
                bias);
        try (Adapter adapter =
                new Adapter(config, AdapterLayout.of(config, SPEC, TinyModels::path), TinyModels::path)) {
            adapter.initialise(1, TinyModels.random(SPEC, 1, arena), backend);
            PeftFolder.write(folder, adapter, SPEC, "base");
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(adapter.tensors());
            change.accept(tensors);
            TensorFile.write(folder.resolve(PeftFolder.TENSORS_FILE), tensors);
        }
    }

    private Adapter read() throws IOException {
        return PeftFolder.read(folder, SPEC, TinyModels::path, backend);
    }

    @Test
    void biasesThatWereNotSaved_stayTheBases() throws IOException {
        write(List.of(), BiasTraining.LORA_ONLY, tensors -> tensors.keySet().removeIf(n -> n.endsWith(".bias")));
        try (Adapter adapter = read()) {
            assertThat(adapter.config().bias()).isEqualTo(BiasTraining.NONE);
            assertThat(adapter.parameterNames()).isEmpty();
            assertThat(adapter.tensors()).hasSize(4);
        }
    }

    @Test
    void someOfTheBiasesMissing_isRefused() throws IOException {
        String missing = "base_model.model.layers.1.mlp_up.base_layer.bias";
        write(List.of(), BiasTraining.LORA_ONLY, tensors -> tensors.remove(missing));
        assertThatThrownBy(this::read).isInstanceOf(GantryException.class).hasMessageContaining(missing);
    }

    @Test
    void copiesThatTheWrapperHolds_areLeftAside() throws IOException {
        Tensor wrong = arena.allocate(DType.F32, 12);
        wrong.data().setAtIndex(ValueLayout.JAVA_FLOAT, 0, 99);
        write(List.of("final_norm"), BiasTraining.ALL, tensors -> {
            tensors.put("base_model.model.final_norm.original_module.bias", wrong);
            tensors.put("base_model.model.final_norm.modules_to_save.bias", wrong);
        });
        try (Adapter adapter = read()) {
            Tensor bias = adapter.tensor("base_model.model.final_norm.bias");
            assertThat(bias.data().getAtIndex(ValueLayout.JAVA_FLOAT, 0)).isNotEqualTo(99);
            assertThat(adapter.tensors().keySet()).noneMatch(name -> name.contains("original_module"));
        }
    }
}
