package dev.gantry.lora.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.TinyModels;
import dev.gantry.lora.random.TensorRandom;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdapterTest {
    private final TensorArena arena = new TensorArena();
    private final CpuBackend backend = new CpuBackend(1);

    @AfterEach
    void close() {
        backend.close();
        arena.close();
    }

    private Adapter adapter(DecoderSpec spec, List<String> modulesToSave) {
        LoraConfig config = new LoraConfig(
                3,
                6,
                0,
                false,
                new TargetModules.AllLinear(),
                List.of(),
                modulesToSave,
                Map.of(),
                Map.of(),
                BiasTraining.NONE);
        Adapter adapter = new Adapter(config, AdapterLayout.of(config, spec, TinyModels::path), TinyModels::path);
        adapter.initialise(7, TinyModels.random(spec, 1, arena), backend);
        return adapter;
    }

    private static float at(Tensor tensor, int row, int column) {
        Matrix matrix = tensor.matrix();
        return matrix.data().get(ValueLayout.JAVA_FLOAT, matrix.offset(row, column));
    }

    @Test
    void initialise_drawsA_andLeavesBZero() {
        try (Adapter adapter = adapter(TinyModels.LLAMA, List.of())) {
            float[] a = adapter.tensor("base_model.model.layers.1.mlp_down.lora_A.weight")
                    .data()
                    .toArray(ValueLayout.JAVA_FLOAT);
            assertThat(a).hasSize(3 * 10).doesNotHaveDuplicates();
            for (float value : a) {
                assertThat((double) Math.abs(value)).isLessThan(1 / Math.sqrt(10));
            }
            assertThatThrownBy(() -> AdapterCheck.requireTrained(adapter)).hasMessageContaining("lora_B");
            AdapterCheck.requireFinite(adapter);
        }
    }

    @Test
    void requireFinite_namesTheTensor() {
        try (Adapter adapter = adapter(TinyModels.LLAMA, List.of())) {
            String name = "base_model.model.layers.0.key.lora_B.weight";
            adapter.tensor(name).data().setAtIndex(ValueLayout.JAVA_FLOAT, 5, Float.NaN);
            assertThatThrownBy(() -> AdapterCheck.requireFinite(adapter)).hasMessageContaining(name);
        }
    }

    @Test
    void overlay_replacesModulesToSave_startingAtTheBasesValues() {
        try (Adapter adapter = adapter(TinyModels.LLAMA, List.of("head"))) {
            DecoderModel base = TinyModels.random(TinyModels.LLAMA, 1, arena);
            ParameterId head = ParameterId.weight(Module.HEAD);
            Tensor trained = adapter.overlay(base).parameter(head);
            assertThat(trained).isNotSameAs(base.parameter(head));
            assertThat(trained.data().mismatch(base.parameter(head).data())).isEqualTo(-1);
            assertThat(adapter.tensors()).containsKey("base_model.model.head.weight");
        }
    }

    @Test
    void merge_addsScaledBA_inEitherLayout() {
        for (DecoderSpec spec : List.of(TinyModels.GPT2, TinyModels.LLAMA)) {
            try (Adapter adapter = adapter(spec, List.of())) {
                adapter.layout()
                        .slots()
                        .forEach(slot -> new TensorRandom(3, slot.nameOfB())
                                .fillNormal(adapter.tensor(slot.nameOfB()).matrix(), 1));
                DecoderModel base = TinyModels.random(spec, 1, arena);
                AdapterSlot slot = adapter.layout().slots().getLast();
                ParameterId id =
                        ParameterId.weight(slot.site().layer(), slot.site().module());
                Tensor before = base.parameter(id);
                Tensor merged = arena.allocate(DType.F32, before.shape().toArray());
                new AdapterMerge(adapter, spec.linearLayout(), backend).merge(id, before.matrix(), merged.matrix());
                assertMerged(adapter, slot, spec, before, merged);
            }
        }
    }

    private static void assertMerged(
            Adapter adapter, AdapterSlot slot, DecoderSpec spec, Tensor before, Tensor merged) {
        boolean transposed = spec.linearLayout() == DecoderSpec.LinearLayout.IN_OUT;
        for (int out = 0; out < slot.outputs(); out++) {
            for (int in = 0; in < slot.inputs(); in++) {
                double expected = transposed ? at(before, in, out) : at(before, out, in);
                for (int k = 0; k < slot.rank(); k++) {
                    expected += 2.0
                            * at(adapter.tensor(slot.nameOfB()), out, k)
                            * at(adapter.tensor(slot.nameOfA()), k, in);
                }
                float actual = transposed ? at(merged, in, out) : at(merged, out, in);
                assertThat((double) actual).isCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void merge_copiesWhatTheAdapterDoesNotTouch_andRoundsToTheTypeAskedFor() {
        try (Adapter adapter = adapter(TinyModels.LLAMA, List.of("head"))) {
            AdapterMerge merge = new AdapterMerge(adapter, TinyModels.LLAMA.linearLayout(), backend);
            DecoderModel base = TinyModels.random(TinyModels.LLAMA, 1, arena);
            ParameterId embedding = ParameterId.weight(Module.TOKEN_EMBEDDING);
            ParameterId head = ParameterId.weight(Module.HEAD);
            assertThat(merge.changes(embedding)).isFalse();
            assertThat(merge.changes(head)).isTrue();
            Tensor stored = arena.allocate(DType.BF16, 11, 8);
            backend.elements().copy(base.parameter(embedding).matrix(), stored.matrix());
            Tensor merged = arena.allocate(DType.BF16, 11, 8);
            merge.merge(embedding, stored.matrix(), merged.matrix());
            assertThat(merged.data().mismatch(stored.data())).isEqualTo(-1);
        }
    }
}
