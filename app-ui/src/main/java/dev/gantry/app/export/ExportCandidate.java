package dev.gantry.app.export;

import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.library.RunResult;
import dev.gantry.app.run.Runs;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Something that can be exported, as a list shows it.
///
/// @param folder a run's or an adapter's
/// @param step of the checkpoint that is taken; -1 for an adapter by itself
public record ExportCandidate(String name, Path folder, long step) {
    /// The step of an adapter that no run of this home made.
    public static final long NO_STEP = -1;

    /// An adapter's folder or a run's that is in no list.
    public static ExportCandidate of(Path folder) throws IOException {
        return run(folder).orElse(new ExportCandidate(String.valueOf(folder.getFileName()), folder, NO_STEP));
    }

    /// The runs that saved something, newest first, then the imported adapters.
    public static List<ExportCandidate> all(GantryHome home, CatalogAccess catalog) throws IOException {
        record Dated(ExportCandidate candidate, FileTime saved) {}
        List<Dated> runs = new ArrayList<>();
        for (Path folder : Runs.of(home).folders()) {
            Optional<Checkpoint> found = RunResult.checkpoint(folder);
            if (found.isPresent()) {
                runs.add(new Dated(
                        candidate(folder, found.get()),
                        Files.getLastModifiedTime(found.get().folder())));
            }
        }
        runs.sort(Comparator.comparing(Dated::saved).reversed());
        List<ExportCandidate> all =
                new ArrayList<>(runs.stream().map(Dated::candidate).toList());
        for (AdapterEntry adapter : catalog.call(open -> open.adapters().all())) {
            if (Files.isDirectory(adapter.folder())) {
                all.add(new ExportCandidate(adapter.name(), adapter.folder(), NO_STEP));
            }
        }
        return all;
    }

    private static Optional<ExportCandidate> run(Path folder) throws IOException {
        return RunResult.checkpoint(folder).map(found -> candidate(folder, found));
    }

    private static ExportCandidate candidate(Path run, Checkpoint checkpoint) {
        return new ExportCandidate(
                String.valueOf(run.getFileName()), run, checkpoint.state().step());
    }
}
