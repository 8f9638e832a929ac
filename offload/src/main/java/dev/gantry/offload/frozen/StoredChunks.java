package dev.gantry.offload.frozen;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Chunks as a checkpoint's own files hold them.
///
/// @param pieceBytes largest request
record StoredChunks(StoredModel model, CheckpointFiles files, int pieceBytes) implements ChunkSource {

    /// The files that hold parameters of `chunks`.
    static Collection<Path> files(StoredModel model, List<Chunk> chunks) {
        Set<Path> paths = new HashSet<>();
        for (Chunk chunk : chunks) {
            for (ChunkLayout.Part part : chunk.ready().parts()) {
                StoredPlace place = model.place(chunk.id(part));
                if (place != null) {
                    paths.add(place.file());
                }
            }
        }
        return paths;
    }

    /// Whether a chunk can live on disk without a copy.
    boolean isInFiles(Chunk chunk) {
        return chunk.ready().parts().stream()
                .map(chunk::id)
                .allMatch(id -> !model.isFrozen(id) || model.place(id) != null);
    }

    @Override
    public ChunkHome.OnDisk home(Chunk chunk, ChunkLayout layout) {
        for (ChunkLayout.Part part : layout.parts()) {
            ParameterId id = chunk.id(part);
            if (model.isFrozen(id) && model.place(id) == null) {
                throw GantryException.usage(
                        "OFFLOAD-NO-FILE",
                        "cannot keep the model's weights on disk alone",
                        id + " was converted when the model was opened, so no file holds it as it is used",
                        "Let the weights be copied to the disk folder, or keep them in host memory.");
            }
        }
        return new ChunkHome.OnDisk(pieces(chunk, layout), null);
    }

    @Override
    public ChunkHome.OnDisk bring(Chunk chunk, ChunkLayout layout, MemorySegment target, ElementKernels kernels) {
        for (ChunkLayout.Part part : layout.parts()) {
            ParameterId id = chunk.id(part);
            if (model.isFrozen(id) && model.place(id) == null) {
                int elements = Math.toIntExact(part.shape().elements());
                long from = chunk.firstElement() * model.dtype(id).bytes();
                new ElementRun(elements, model.dtype(id), from, part.dtype(), part.offset())
                        .copy(model.tensor(id).data(), target, kernels);
            }
        }
        return new ChunkHome.OnDisk(pieces(chunk, layout), null);
    }

    private List<ReadPiece> pieces(Chunk chunk, ChunkLayout layout) {
        List<StoredRun> runs = new ArrayList<>();
        for (ChunkLayout.Part part : layout.parts()) {
            ParameterId id = chunk.id(part);
            StoredPlace place = model.place(id);
            if (place != null) {
                runs.add(new StoredRun(
                        files.file(place.file()),
                        place.offset() + chunk.firstElement() * model.dtype(id).bytes(),
                        part.shape().elements(),
                        model.dtype(id),
                        part.dtype(),
                        part.offset()));
            }
        }
        return StoredRun.pieces(runs, pieceBytes);
    }

    @Override
    public List<FileIdentity> identities() {
        return files.identities();
    }
}
