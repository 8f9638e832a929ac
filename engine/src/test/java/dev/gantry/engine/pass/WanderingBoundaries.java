package dev.gantry.engine.pass;

import dev.gantry.engine.pass.BoundarySweep.Access;
import dev.gantry.engine.pass.BoundarySweep.Use;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// A store at its worst: what a visit gets lies somewhere else each time, is gone when the visit is over, and must be
/// asked for exactly as the sweep says.
final class WanderingBoundaries implements BoundaryStore {
    static final BoundaryPlacement PLACEMENT = (backend, extent, device) -> new WanderingBoundaries(extent);

    private static final byte NAN = (byte) 0xff;

    private final BoundaryPlacement.Extent extent;
    private final TensorArena memory = new TensorArena();
    private final Map<List<Integer>, byte[]> away = new HashMap<>();
    private final Map<Access, Matrix> out = new HashMap<>();
    private final List<List<Access>> visitsLeft = new ArrayList<>();
    private List<Integer> tokens = List.of();

    WanderingBoundaries(BoundaryPlacement.Extent extent) {
        this.extent = extent;
    }

    @Override
    public void begin(BoundarySweep sweep) {
        away.clear();
        out.clear();
        tokens = sweep.tokens();
        visitsLeft.clear();
        visitsLeft.addAll(sweep.visits());
    }

    @Override
    public Matrix read(int layer, int microBatch) {
        return handOut(new Access(Use.READ, layer, microBatch));
    }

    @Override
    public Matrix write(int layer, int microBatch) {
        return handOut(new Access(Use.WRITE, layer, microBatch));
    }

    @Override
    public Matrix discard(int layer, int microBatch) {
        return handOut(new Access(Use.DISCARD, layer, microBatch));
    }

    @Override
    public Matrix gradient(int microBatch) {
        Access first = new Access(Use.NEW_GRADIENT, Access.NO_LAYER, microBatch);
        boolean isFirst = visitsLeft.getFirst().contains(first);
        return handOut(isFirst ? first : new Access(Use.GRADIENT, Access.NO_LAYER, microBatch));
    }

    private Matrix handOut(Access access) {
        if (!visitsLeft.getFirst().contains(access)) {
            throw new IllegalStateException(access + " instead of " + visitsLeft.getFirst());
        }
        Matrix matrix = somewhere(access.microBatch());
        if (access.use() == Use.READ || access.use() == Use.GRADIENT) {
            matrix.data().copyFrom(MemorySegment.ofArray(stored(access.layer(), access.microBatch())));
        }
        out.put(access, matrix);
        return matrix;
    }

    private Matrix somewhere(int microBatch) {
        Matrix matrix = memory.matrix(DType.F32, tokens.get(microBatch), extent.hidden());
        matrix.data().fill(NAN);
        return matrix;
    }

    private byte[] stored(int layer, int microBatch) {
        byte[] bytes = away.get(List.of(layer, microBatch));
        if (bytes == null) {
            throw new IllegalStateException("nothing was written for block " + layer);
        }
        return bytes;
    }

    @Override
    public void visited() {
        List<Access> visit = visitsLeft.removeFirst();
        if (!out.keySet().equals(new HashSet<>(visit))) {
            throw new IllegalStateException("asked for " + out.keySet() + " instead of " + visit);
        }
        out.forEach((access, matrix) -> {
            if (access.use() != Use.READ && access.use() != Use.DISCARD) {
                byte[] bytes = matrix.data().toArray(ValueLayout.JAVA_BYTE);
                away.put(List.of(access.layer(), access.microBatch()), bytes);
            }
            matrix.data().fill(NAN);
        });
        out.clear();
    }

    @Override
    public Matrix look(int layer, int microBatch) {
        Matrix matrix = somewhere(microBatch);
        matrix.data().copyFrom(MemorySegment.ofArray(stored(layer, microBatch)));
        return matrix;
    }

    /// @throws IllegalStateException when the last sweep ended too early
    @Override
    public void close() {
        memory.close();
        if (!visitsLeft.isEmpty()) {
            throw new IllegalStateException("the sweep was not ended: " + visitsLeft);
        }
    }
}
