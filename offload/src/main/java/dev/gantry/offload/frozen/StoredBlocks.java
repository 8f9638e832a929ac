package dev.gantry.offload.frozen;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.offload.io.FileIdentity;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How the blocks of a checkpoint are read in the layout of a chunk.
///
/// @param pieceBytes largest request
record StoredBlocks(StoredModel model, CheckpointFiles files, int pieceBytes) implements BlockSource {

    /// The files that hold parameters of blocks.
    static Collection<Path> files(StoredModel model) {
        Set<Path> paths = new HashSet<>();
        for (int layer = 0; layer < model.spec().layers(); layer++) {
            for (ParameterSpec parameter : DecoderParameters.ofLayer(model.spec(), layer)) {
                StoredPlace place = model.place(parameter.id());
                if (place != null) {
                    paths.add(place.file());
                }
            }
        }
        return paths;
    }

    @Override
    public ChunkHome.OnDisk home(int layer, ChunkLayout layout) {
        for (ChunkLayout.Part part : layout.parts()) {
            if (model.place(part.id(layer)) == null) {
                throw GantryException.usage(
                        "OFFLOAD-NO-FILE",
                        "cannot read block " + layer + " from disk while training",
                        part.id(layer) + " was converted when the model was opened, so no file holds it as it is used",
                        "Let the weights be copied to the disk folder, or keep them in host memory.");
            }
        }
        return new ChunkHome.OnDisk(pieces(layer, layout), null);
    }

    @Override
    public ChunkHome.OnDisk bring(int layer, ChunkLayout layout, MemorySegment chunk, ElementKernels kernels) {
        for (ChunkLayout.Part part : layout.parts()) {
            if (model.place(part.id(layer)) == null) {
                Tensor stored = model.tensor(part.id(layer));
                int elements = Math.toIntExact(stored.elements());
                new ElementRun(elements, stored.dtype(), 0, part.dtype(), part.offset())
                        .copy(stored.data(), chunk, kernels);
            }
        }
        return new ChunkHome.OnDisk(pieces(layer, layout), null);
    }

    private List<ReadPiece> pieces(int layer, ChunkLayout layout) {
        List<StoredRun> runs = new ArrayList<>();
        for (ChunkLayout.Part part : layout.parts()) {
            StoredPlace place = model.place(part.id(layer));
            if (place != null) {
                runs.add(new StoredRun(
                        files.file(place.file()),
                        place.offset(),
                        part.shape().elements(),
                        model.dtype(part.id(layer)),
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
