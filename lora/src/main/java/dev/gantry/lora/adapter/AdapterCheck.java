package dev.gantry.lora.adapter;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What must hold of an adapter that is given to others.
public final class AdapterCheck {
    private AdapterCheck() {}

    /// Every number is finite.
    public static void requireFinite(Adapter adapter) {
        adapter.tensors().forEach((name, tensor) -> {
            if (firstNot(adapter, tensor, Float::isFinite) >= 0) {
                throw GantryException.badInput(
                        "ADAPTER-NOT-FINITE",
                        "the adapter holds numbers that are not finite",
                        "tensor " + name + " at element " + firstNot(adapter, tensor, Float::isFinite),
                        "go back to an earlier checkpoint, or train again at a lower learning rate");
            }
        });
    }

    /// Some B differs from zero, or whole parameters were trained: otherwise nothing was learned, or the initial
    /// adapter was saved by mistake.
    public static void requireTrained(Adapter adapter) {
        boolean trained = !adapter.parameterNames().isEmpty()
                || adapter.layout().slots().stream()
                        .anyMatch(slot -> firstNot(adapter, adapter.tensor(slot.nameOfB()), value -> value == 0) >= 0);
        if (!trained) {
            throw GantryException.failedCheck(
                    "ADAPTER-UNTRAINED",
                    "the adapter changes nothing",
                    "every lora_B tensor is zero",
                    "train for at least one step at a learning rate above 0");
        }
    }

    private static long firstNot(Adapter adapter, Tensor tensor, FloatTest holds) {
        MemorySegment data = onHost(adapter.memory(), tensor);
        for (long i = 0; i < tensor.elements(); i++) {
            if (!holds.test(data.getAtIndex(ValueLayout.JAVA_FLOAT, i))) {
                return i;
            }
        }
        return -1;
    }

    private static MemorySegment onHost(Memory memory, Tensor tensor) {
        if (memory.isHost()) {
            return tensor.data();
        }
        MemorySegment copy = MemorySegment.ofArray(new float[Math.toIntExact(tensor.elements())]);
        memory.copy(tensor.data(), copy);
        return copy;
    }

    private interface FloatTest {
        boolean test(float value);
    }
}
