package dev.gantry.offload.frozen;

import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.offload.io.FileIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The files that embedding tables lie in: rows are gathered from them in every sweep, wherever the blocks come from.
final class TableFiles {
    private TableFiles() {}

    /// All files that a sweep reads.
    ///
    /// @param chunks files that blocks are read from
    static List<FileIdentity> with(List<FileIdentity> chunks, StoredModel model) {
        Map<Path, FileIdentity> files = new LinkedHashMap<>();
        chunks.forEach(file -> files.put(file.path(), file));
        for (Module table : List.of(Module.TOKEN_EMBEDDING, Module.POSITION_EMBEDDING)) {
            StoredPlace place = model.place(ParameterId.weight(table));
            if (place != null) {
                files.computeIfAbsent(place.file(), path -> identity(place));
            }
        }
        return List.copyOf(files.values());
    }

    private static FileIdentity identity(StoredPlace place) {
        try {
            return FileIdentity.of(place.file());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the model's weights", e);
        }
    }
}
