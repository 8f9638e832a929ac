package dev.gantry.zoo.export;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tensors of an export under their standard names, made one at a time: at most one is in memory of its own.
final class ExportedTensors implements SafetensorsWriter.Source, AutoCloseable {
    private final ExportSource source;
    private final MemoryAccount account;
    private final Progress progress;
    private final ProgressTask task;
    private final Map<String, ParameterId> ids = new HashMap<>();
    private final List<TensorInfo> infos = new ArrayList<>();
    private @Nullable TensorArena current;
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
    public Tensor tensor(TensorInfo info) {
        progress.throwIfCancelled();
        release();
        task.update(doneBytes);
        doneBytes += info.bytes();
        ParameterId id = ids.get(info.name());
        Tensor base =
                id == null ? source.extras().get(info.name()) : source.model().parameter(id);
        if (base == null) {
            throw new IllegalArgumentException("no tensor " + info.name());
        }
        boolean changes = id != null && source.changes().changes(id);
        if (!changes && base.dtype() == info.dtype()) {
            return base;
        }
        TensorArena arena = new TensorArena(account, "exported tensor");
        current = arena;
        Tensor made = arena.allocate(info.dtype(), info.shape().toArray());
        if (changes && id != null) {
            source.changes().write(id, base, made);
        } else {
            TensorCast.copy(base, made);
        }
        return made;
    }

    private void release() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    @Override
    public void close() {
        release();
        task.close();
    }
}
