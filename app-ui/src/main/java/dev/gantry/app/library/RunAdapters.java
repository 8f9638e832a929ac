package dev.gantry.app.library;

import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.zoo.catalog.AdapterEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The adapters that runs of this home made, as entries of the catalog would describe them.
final class RunAdapters {
    private RunAdapters() {}

    /// @param runs the folders of runs; those without a readable adapter are left out
    static List<AdapterEntry> of(List<Path> runs) {
        List<AdapterEntry> found = new ArrayList<>();
        for (Path run : runs) {
            try {
                Optional<Checkpoint> checkpoint = RunResult.checkpoint(run);
                if (checkpoint.isPresent()
                        && Files.isRegularFile(checkpoint.get().folder().resolve(AdapterConfigJson.FILE_NAME))) {
                    found.add(entry(run, checkpoint.get().folder()));
                }
            } catch (IOException | RuntimeException e) {
                System.getLogger(RunAdapters.class.getName())
                        .log(System.Logger.Level.DEBUG, run + " has no adapter that could be read", e);
            }
        }
        return found;
    }

    private static AdapterEntry entry(Path run, Path checkpoint) throws IOException {
        AdapterConfigJson.Contents contents = AdapterConfigJson.read(checkpoint);
        return new AdapterEntry(
                String.valueOf(run.getFileName()),
                run,
                contents.baseModel(),
                contents.config().r(),
                Files.getLastModifiedTime(checkpoint).toInstant());
    }
}
