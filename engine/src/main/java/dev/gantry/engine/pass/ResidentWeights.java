package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes all weights of a model ready to compute with, in memory: matrices in the compute type, norms and biases in
/// f32.
///
/// A tensor already in the right type is used where it lies, without a copy, if kernels reach it there; embedding
/// tables are always used as stored.
/// Trained parameters are f32 masters that change: {@link #refresh()} after every update brings their copies up to
/// date.
public final class ResidentWeights implements AutoCloseable {
    private final Backend backend;
    private final DecoderModel model;
    private final ComputeType compute;
    private final TensorArena arena;
    private final Map<Copy, Matrix> converted = new LinkedHashMap<>();
    private final ModelWeights weights;

    /// What was copied, and to which type: a table may be needed in two.
    private record Copy(ParameterId id, DType type) {}

    public ResidentWeights(Backend backend, DecoderModel model, ComputeType compute) {
        this(backend, model, compute, backend.unlimited());
    }

    /// @param device where copies lie
    /// @throws OverBudgetException when it is too small
    public ResidentWeights(Backend backend, DecoderModel model, ComputeType compute, MemoryAccount device) {
        this(backend, model, compute, TensorArena.planned(device, "weights", measure(backend, model, compute)));
    }

    /// Bytes of copies that a model needs, found by planning them without memory.
    public static long measure(Backend backend, DecoderModel model, ComputeType compute) {
        TensorArena arena = TensorArena.measuring(backend.memory());
        try (ResidentWeights shapes = new ResidentWeights(backend, model, compute, arena)) {
            return shapes.bytes();
        }
    }

    /// @param arena where copies lie, closed with this; one that only counts makes weights without values
    public ResidentWeights(Backend backend, DecoderModel model, ComputeType compute, TensorArena arena) {
        this(backend, model, compute, BlockSpan.all(model.spec().layers()), arena);
    }

    /// @param span of which blocks; there is nothing of the others, nor of what lies in front of them and behind
    /// @param arena where copies lie, closed with this; one that only counts makes weights without values
    public ResidentWeights(
            Backend backend, DecoderModel model, ComputeType compute, BlockSpan span, TensorArena arena) {
        this.arena = arena;
        this.backend = backend;
        this.model = model;
        this.compute = compute;
        this.weights = build(span);
    }

    public ModelWeights weights() {
        return weights;
    }

    /// Converts again what was converted: after an optimizer step on the model's own tensors, which lie where kernels
    /// reach them.
    public void refresh() {
        converted.forEach((what, copy) -> {
            Matrix stored = source(what.id());
            if (lies(stored)) {
                backend.elements().copy(stored, copy);
            }
        });
    }

    /// Bytes of converted copies.
    public long bytes() {
        return arena.allocatedBytes();
    }

    @Override
    public void close() {
        arena.close();
    }

    private ModelWeights build(BlockSpan span) {
        OuterWeights.Readying ready = new OuterWeights.Readying() {
            @Override
            public Matrix in(DType type, ParameterId id) {
                return ResidentWeights.this.in(type, id);
            }

            @Override
            public Matrix table(ParameterId id, Matrix stored) {
                return ResidentWeights.this.in(stored.dtype(), id);
            }
        };
        List<LayerWeights> layers = new ArrayList<>();
        for (int layer = span.first(); layer < span.end(); layer++) {
            layers.add(LayerWeights.of(model, compute, layer, ready));
        }
        HeadSource head = span.hasHead()
                ? OuterWeights.head(model, compute, ready)
                : HeadSource.elsewhere(HeadBlocks.of(model.spec()));
        return OuterWeights.of(model, compute, span, ready)
                .with(model, compute, head, new Resident(span.first(), layers));
    }

    private Matrix in(DType type, ParameterId id) {
        Matrix stored = source(id);
        if (stored.dtype() == type && lies(stored)) {
            return stored;
        }
        return converted.computeIfAbsent(new Copy(id, type), what -> {
            Matrix copy = arena.matrix(type, stored.rows(), stored.columns());
            if (arena.holdsMemory()) {
                backend.elements().copy(stored, copy);
            }
            return copy;
        });
    }

    /// Whether kernels reach it where it is.
    private boolean lies(Matrix stored) {
        return arena.memory().reaches(stored.data());
    }

    private Matrix source(ParameterId id) {
        return model.parameter(id).matrix();
    }

    /// Blocks that are simply there.
    private record Resident(int first, List<LayerWeights> layers) implements LayerSource {
        @Override
        public boolean isAtHand() {
            return true;
        }

        @Override
        public LayerWeights acquire(int layer) {
            return layers.get(layer - first);
        }

        @Override
        public void release(LayerWeights weights) {
            // stays where it is
        }

        @Override
        public void close() {
            // the memory belongs to ResidentWeights and the model
        }
    }
}
