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

/// Folds an adapter into the base model's weights, some rows of one tensor at a time: `W + s·B·A`, transposed where the
/// base stores `[in, out]`; computed in f32 and rounded once to the type asked for.
public final class AdapterMerge {
    /// Rows of every product: bounds the f32 scratch memory, whatever the size of the tensor. Always the same, because
    /// the number of rows chooses kernels and kernels choose bits.
    public static final int ROW_STEP = 32;

    private final Adapter adapter;
    private final LinearLayout storage;
    private final Backend backend;
    private final MemoryAccount account;
    private final Map<ParameterId, AdapterSlot> slots = new HashMap<>();

    public AdapterMerge(Adapter adapter, LinearLayout storage, Backend backend) {
        this(adapter, storage, backend, MemoryAccount.unlimited("device", adapter.memory()));
    }

    /// @param account where scratch memory lies: {@link #ROW_STEP} rows in f32, and as many of the adapter's
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
        merge(id, 0, base, merged);
    }

    /// Writes some rows of the merged parameter: the bits that all of them at once would have.
    ///
    /// @param from the first of them, a multiple of {@link #ROW_STEP}
    /// @param base these rows of the parameter as stored, any floating type
    /// @param merged receives them; shaped like `base`, any floating type
    public void merge(ParameterId id, int from, Matrix base, Matrix merged) {
        String whole = adapter.parameterNames().get(id);
        AdapterSlot slot = slots.get(id);
        if (whole != null) {
            backend.elements().copy(adapter.tensor(whole).matrix().rows(from, base.rows()), merged);
        } else if (slot != null) {
            add(slot, from, base, merged);
        } else {
            backend.elements().copy(base, merged);
        }
        backend.synchronize();
    }

    private void add(AdapterSlot slot, int first, Matrix base, Matrix merged) {
        Matrix a = adapter.tensor(slot.nameOfA()).matrix(); // (r, in)
        Matrix b = adapter.tensor(slot.nameOfB()).matrix(); // (out, r)
        int most = Math.min(ROW_STEP, base.rows());
        try (TensorArena arena = new TensorArena(account, "merge")) {
            Matrix scratch = arena.matrix(DType.F32, most, base.columns());
            Matrix left = storage == LinearLayout.IN_OUT ? arena.matrix(DType.F32, most, slot.rank()) : b;
            for (int from = 0; from < base.rows(); from += most) {
                int count = Math.min(most, base.rows() - from);
                Matrix slice = scratch.rows(0, count);
                backend.elements().copy(base.rows(from, count), slice);
                switch (storage) {
                    case OUT_IN -> {
                        Matrix rows = left.rows(first + from, count);
                        backend.matmul().multiply(Layout.NN, slot.scale(), rows, a, null, slice, Accumulate.ADD);
                    }
                    case IN_OUT -> {
                        Matrix rows = left.rows(0, count);
                        backend.synchronize(); // the product before may still read them
                        turn(a.columns(first + from, count), rows);
                        backend.matmul().multiply(Layout.NT, slot.scale(), rows, b, null, slice, Accumulate.ADD);
                    }
                }
                backend.elements().copy(slice, merged.rows(from, count));
            }
            backend.synchronize();
        }
    }

    private void turn(Matrix a, Matrix t) {
        if (account.memory().isHost()) {
            transpose(a, t);
            return;
        }
        try (TensorArena host = new TensorArena()) {
            Matrix from = host.matrix(DType.F32, a.rows(), a.columns());
            Matrix to = host.matrix(DType.F32, t.rows(), t.columns());
            backend.elements().copy(a, from);
            transpose(from, to);
            backend.elements().copy(to, t);
        }
    }

    private static void transpose(Matrix a, Matrix t) {
        for (int row = 0; row < a.rows(); row++) {
            for (int column = 0; column < a.columns(); column++) {
                float value = a.data().get(ValueLayout.JAVA_FLOAT, a.offset(row, column));
                t.data().set(ValueLayout.JAVA_FLOAT, t.offset(column, row), value);
            }
        }
    }
}
