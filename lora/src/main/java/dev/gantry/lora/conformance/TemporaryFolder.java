package dev.gantry.lora.conformance;

import dev.gantry.lora.run.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder for files that a case makes, gone when it is closed.
record TemporaryFolder(Path path) implements AutoCloseable {
    static TemporaryFolder make() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("gantry-conformance"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            DurableFiles.deleteFolder(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
