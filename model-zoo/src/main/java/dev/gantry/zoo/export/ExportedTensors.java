package dev.gantry.zoo.export;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tensors of an export under their standard names, made a few rows at a time: no more of them is in memory of its
/// own.
final class ExportedTensors implements SafetensorsWriter.Pieces, AutoCloseable {
    /// Rows that are made together take no more than this, and no more than their share of what may be taken.
    private static final long MOST_BYTES = 8L << 20;

    /// The rest of what may be taken is for how they are made.
    private static final int SHARES = 2;

    private final ExportSource source;
    private final MemoryAccount account;
    private final Progress progress;
    private final ProgressTask task;
    private final Map<String, ParameterId> ids = new HashMap<>();
    private final List<TensorInfo> infos = new ArrayList<>();
    private long doneBytes;

    ExportedTensors(ExportSource source, Progress progress, MemoryAccount account) {
        this.source = source;
        this.account = account;
        this.progress = progress;
        for (ParameterSpec parameter : DecoderParameters.of(source.model().spec())) {
            String name = source.family().names().standard(parameter.id());
            ids.put(name, parameter.id());
            add(name, source.model().parameter(parameter.id()));
        }
        source.extras().forEach(this::add);
        this.task = progress.start("writing tensors", bytes(), ProgressUnit.BYTES);
    }

    private void add(String name, Tensor tensor) {
        infos.add(new TensorInfo(name, source.dtypeOf(tensor), tensor.shape()));
    }

    List<TensorInfo> infos() {
        return infos;
    }

    long bytes() {
        return infos.stream().mapToLong(TensorInfo::bytes).sum();
    }

    int changed() {
        return (int) ids.values().stream().filter(source.changes()::changes).count();
    }

    /// Type of most of the bytes.
    DType dominantType() {
        Map<DType, Long> bytes = new EnumMap<>(DType.class);
        infos.forEach(info -> bytes.merge(info.dtype(), info.bytes(), Long::sum));
        return bytes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    @Override
    public void write(TensorInfo info, SafetensorsWriter.Sink sink) throws IOException {
        progress.throwIfCancelled();
        task.update(doneBytes);
        doneBytes += info.bytes();
        ParameterId id = ids.get(info.name());
        Tensor base =
                id == null ? source.extras().get(info.name()) : source.model().parameter(id);
        if (base == null) {
            throw new IllegalArgumentException("no tensor " + info.name());
        }
        if (id != null && source.changes().changes(id)) {
            ChangedTensors changes = source.changes();
            made(info, base, changes.rowStep(), sink, (from, rows, out) -> changes.write(id, from, rows, out));
        } else if (base.dtype() == info.dtype()) {
            sink.accept(base.data());
        } else {
            made(info, base, 1, sink, (from, rows, out) -> TensorCast.copy(rows, out));
        }
    }

    /// Makes rows of what is exported of rows of the base.
    private interface Maker {
        void make(int from, Matrix base, Matrix made);
    }

    private void made(TensorInfo info, Tensor base, int step, SafetensorsWriter.Sink sink, Maker maker)
            throws IOException {
        Matrix whole = base.matrix();
        int most = rowsAtOnce((long) whole.columns() * info.dtype().bytes(), step, whole.rows());
        try (TensorArena arena = new TensorArena(account, "exported tensor")) {
            Matrix room = arena.matrix(info.dtype(), most, whole.columns());
            for (int from = 0; from < whole.rows(); from += most) {
                int count = Math.min(most, whole.rows() - from);
                Matrix rows = room.rows(0, count);
                maker.make(from, whole.rows(from, count), rows);
                long bytes = rows.elements() * rows.dtype().bytes();
                sink.accept(room.data().asSlice(0, bytes));
            }
        }
    }

    /// A multiple of `step`, or all rows.
    private int rowsAtOnce(long rowBytes, int step, int rows) {
        long most = Math.min(MOST_BYTES, account.freeBytes() / SHARES);
        long steps = Math.max(1, most / Math.max(1, rowBytes) / step);
        return (int) Math.min(rows, steps * step);
    }

    @Override
    public void close() {
        task.close();
    }
}
