package dev.gantry.offload.frozen;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.FileIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// The files that a model's blocks are read from, open for as long as the model is used.
final class CheckpointFiles implements AutoCloseable {
    private final Map<Path, BlockFile> files = new LinkedHashMap<>();
    private final Map<Path, FileIdentity> identities = new LinkedHashMap<>();

    /// Opens a file for reading blocks.
    @FunctionalInterface
    interface Opener {
        BlockFile open(Path file) throws IOException;
    }

    /// @throws GantryException when a file cannot be opened
    CheckpointFiles(Collection<Path> paths, Opener opener) {
        try {
            for (Path path : new TreeSet<>(paths)) {
                identities.put(path, FileIdentity.of(path));
                files.put(path, opener.open(path));
            }
        } catch (IOException e) {
            close();
            throw GantryException.badInput(
                            "FILE-UNREADABLE",
                            "cannot read the model's weights",
                            e.toString(),
                            "Check that the file exists and may be read.")
                    .causedBy(e);
        }
    }

    BlockFile file(Path path) {
        return Objects.requireNonNull(files.get(path), path::toString);
    }

    /// What the files were when they were opened.
    List<FileIdentity> identities() {
        return List.copyOf(identities.values());
    }

    @Override
    public void close() {
        files.values().forEach(BlockFile::close);
    }
}
