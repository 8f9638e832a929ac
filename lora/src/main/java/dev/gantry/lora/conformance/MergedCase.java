package dev.gantry.lora.conformance;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterMerge;
import dev.gantry.lora.export.MergedExport;
import dev.gantry.lora.export.TunedModel;
import dev.gantry.lora.export.WritingBackend;
import dev.gantry.lora.memory.CheckpointModel;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A case's model with an adapter merged into its weights in f32: in memory, or where that is limited in files, as an
/// export writes them.
///
/// @param changed parameters that differ from the base's
record MergedCase(StoredModel model, Set<ParameterId> changed, Runnable release) implements AutoCloseable {

    /// @param adapter name of the adapter, such as `adapter_final`
    static MergedCase of(LoadedCase loaded, String adapter) {
        return loaded.tiers().areLimited() ? inFiles(loaded, adapter) : inMemory(loaded, adapter);
    }

    private static MergedCase inMemory(LoadedCase loaded, String name) {
        TensorArena arena = new TensorArena();
        try (Adapter adapter = loaded.adapter(name)) {
            AdapterMerge merge = new AdapterMerge(adapter, loaded.model().spec().linearLayout(), loaded.backend());
            Map<ParameterId, Tensor> parameters = new HashMap<>(loaded.model().parameters());
            Set<ParameterId> changed = changed(loaded, merge);
            for (ParameterId id : changed) {
                Tensor base = loaded.model().parameter(id);
                Tensor merged = arena.allocate(DType.F32, base.shape().toArray());
                merge.merge(id, base.matrix(), merged.matrix());
                parameters.put(id, merged);
            }
            DecoderModel model = new DecoderModel(loaded.model().spec(), parameters);
            return new MergedCase(StoredModel.inMemory(model), changed, arena::close);
        }
    }

    private static Set<ParameterId> changed(LoadedCase loaded, AdapterMerge merge) {
        Set<ParameterId> changed = new HashSet<>(loaded.model().parameters().keySet());
        changed.removeIf(id -> !merge.changes(id));
        return changed;
    }

    private static MergedCase inFiles(LoadedCase loaded, String name) {
        TemporaryFolder folder = TemporaryFolder.make();
        boolean complete = false;
        try {
            MergedCase merged = inFiles(loaded, name, folder);
            complete = true;
            return merged;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!complete) {
                folder.close();
            }
        }
    }

    private static MergedCase inFiles(LoadedCase loaded, String name, TemporaryFolder folder) throws IOException {
        Set<ParameterId> changed;
        try (Adapter adapter = loaded.adapter(name)) {
            changed = changed(
                    loaded, new AdapterMerge(adapter, loaded.model().spec().linearLayout(), loaded.backend()));
        }
        Path target = folder.path().resolve("merged");
        TunedModel tuned = new TunedModel(loaded.loaded().folder(), loaded.adapterFolder(name), null);
        MemoryAccount device = loaded.tiers().device();
        MemoryAccount account = device.memory().isHost() ? device : MemoryAccount.unlimited("host");
        try (Backend writer = WritingBackend.beside(loaded.backend())) {
            new MergedExport(writer, Progress.silent(), account).write(tuned, target, DType.F32);
        }
        LoadedModel merged = ModelFolder.open(target).load();
        return new MergedCase(CheckpointModel.of(merged), changed, () -> {
            merged.close();
            folder.close();
        });
    }

    @Override
    public void close() {
        release.run();
    }
}
