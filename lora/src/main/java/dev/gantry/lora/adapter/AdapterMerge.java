package dev.gantry.lora.adapter;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/// Folds an adapter into the base model's weights, one tensor at a time: `W + s·B·A`, transposed where the base stores
/// `[in, out]`; computed in f32 and rounded once to the type asked for.
public final class AdapterMerge {
    /// Rows merged at once: bounds the f32 scratch memory, whatever the size of the tensor.
    private static final int MOST_SLICE_ROWS = 512;

    private final Adapter adapter;
    private final LinearLayout storage;
    private final Backend backend;
    private final MemoryAccount account;
    private final Map<ParameterId, AdapterSlot> slots = new HashMap<>();

    public AdapterMerge(Adapter adapter, LinearLayout storage, Backend backend) {
        this(adapter, storage, backend, MemoryAccount.unlimited("host"));
    }

    /// @param account where scratch memory lies: together with the merged tensor never more than two of its size,
    /// unless the rank comes near its width
    public AdapterMerge(Adapter adapter, LinearLayout storage, Backend backend, MemoryAccount account) {
        this.account = account;
        this.adapter = adapter;
        this.storage = storage;
        this.backend = backend;
        for (AdapterSlot slot : adapter.layout().slots()) {
            slots.put(ParameterId.weight(slot.site().layer(), slot.site().module()), slot);
        }
    }

    /// Whether the merged parameter differs from the base's.
    public boolean changes(ParameterId id) {
        return slots.containsKey(id) || adapter.parameterNames().containsKey(id);
    }

    /// Writes the merged parameter.
    ///
    /// @param base the parameter as stored, any floating type
    /// @param merged receives it; shaped like `base`, any floating type
    public void merge(ParameterId id, Matrix base, Matrix merged) {
        String whole = adapter.parameterNames().get(id);
        AdapterSlot slot = slots.get(id);
        if (whole != null) {
            backend.elements().copy(adapter.tensor(whole).matrix(), merged);
        } else if (slot != null) {
            add(slot, base, merged);
        } else {
            backend.elements().copy(base, merged);
        }
        backend.synchronize();
    }

    private void add(AdapterSlot slot, Matrix base, Matrix merged) {
        Matrix a = adapter.tensor(slot.nameOfA()).matrix(); // (r, in)
        Matrix b = adapter.tensor(slot.nameOfB()).matrix(); // (out, r)
        try (TensorArena arena = new TensorArena(account, "merge")) {
            Matrix left = storage == LinearLayout.IN_OUT ? transposed(a, arena) : b;
            int sliceRows = sliceRows(merged, arena.allocatedBytes());
            Matrix scratch = arena.matrix(DType.F32, sliceRows, base.columns());
            for (int from = 0; from < base.rows(); from += sliceRows) {
                int count = Math.min(sliceRows, base.rows() - from);
                Matrix slice = scratch.rows(0, count);
                backend.elements().copy(base.rows(from, count), slice);
                Matrix rows = left.rows(from, count);
                switch (storage) {
                    case OUT_IN ->
                        backend.matmul().multiply(Layout.NN, slot.scale(), rows, a, null, slice, Accumulate.ADD);
                    case IN_OUT ->
                        backend.matmul().multiply(Layout.NT, slot.scale(), rows, b, null, slice, Accumulate.ADD);
                }
                backend.elements().copy(slice, merged.rows(from, count));
            }
            backend.synchronize();
        }
    }

    /// As many rows as fit beside what is allocated already into the size of the merged tensor, at least one.
    private static int sliceRows(Matrix merged, long allocatedBytes) {
        long tensorBytes = merged.elements() * merged.dtype().bytes();
        long rowBytes = (long) merged.columns() * Float.BYTES;
        long fitting = (tensorBytes - allocatedBytes - TensorArena.ALIGNMENT_BYTES) / rowBytes;
        return Math.clamp(fitting, 1, Math.min(MOST_SLICE_ROWS, merged.rows()));
    }

    private static Matrix transposed(Matrix a, TensorArena arena) {
        Matrix t = arena.matrix(DType.F32, a.columns(), a.rows());
        for (int row = 0; row < a.rows(); row++) {
            for (int column = 0; column < a.columns(); column++) {
                float value = a.data().get(ValueLayout.JAVA_FLOAT, a.offset(row, column));
                t.data().set(ValueLayout.JAVA_FLOAT, t.offset(column, row), value);
            }
        }
        return t;
    }
}
