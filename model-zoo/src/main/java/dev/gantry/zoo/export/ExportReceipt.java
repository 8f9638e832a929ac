package dev.gantry.zoo.export;

import java.nio.file.Path;
import java.util.List;

/// What an export left behind, to be shown and checked.
///
/// @param folder the exported model
/// @param files every file of it, in the order of their names
/// @param changedTensors how many tensors differ from the base
public record ExportReceipt(Path folder, List<ExportedFile> files, int changedTensors) {

    public ExportReceipt {
        files = List.copyOf(files);
    }

    /// One file.
    ///
    /// @param name relative to the folder
    /// @param sha256 of its bytes, in hex
    public record ExportedFile(String name, long bytes, String sha256) {}

    public long bytes() {
        return files.stream().mapToLong(ExportedFile::bytes).sum();
    }
}
