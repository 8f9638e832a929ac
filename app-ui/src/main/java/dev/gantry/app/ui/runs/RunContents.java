package dev.gantry.app.ui.runs;

import dev.gantry.app.run.ConfigDifference;
import dev.gantry.app.run.RunFiles;
import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What lies in a run's folder.
///
/// @param checkpoints newest first
/// @param files the others that tell something
/// @param model what the run trained on: a folder or a name of the catalog; empty when its settings do not say
/// @param bytes of the whole folder
record RunContents(List<SavedState> checkpoints, List<NamedFile> files, String model, long bytes) {
    /// Of a folder that was not looked at.
    static final RunContents EMPTY = new RunContents(List.of(), List.of(), "", 0);

    private static final String CHECKPOINTS = "checkpoints";
    private static final String STEP = "step-";
    private static final List<String> TOLD =
            List.of(RunFolder.CONFIG_FILE, EventLog.FILE_NAME, "samples", RunFiles.LOG, RunFolder.REPORT_FILE);

    /// A complete checkpoint.
    ///
    /// @param isAdapter whether it is an adapter folder, and not a whole model
    /// @param kept whether somebody asked to keep it
    record SavedState(
            Path folder,
            long step,
            long bytes,
            Instant saved,
            boolean isAdapter,
            boolean best,
            boolean newest,
            boolean kept) {
        /// What a chat can load: the folder of the adapter or of the model.
        Path loadable() {
            return isAdapter ? folder : folder.resolve("model");
        }
    }

    /// @param name inside the run's folder
    record NamedFile(String name, long bytes) {}

    RunContents {
        checkpoints = List.copyOf(checkpoints);
        files = List.copyOf(files);
    }

    static RunContents read(Path run) throws IOException {
        String best = pointer(run, "best");
        String last = pointer(run, "last");
        List<SavedState> saved = new ArrayList<>();
        if (Files.isDirectory(run.resolve(CHECKPOINTS))) {
            try (Stream<Path> inside = Files.list(run.resolve(CHECKPOINTS))) {
                for (Path folder : inside.filter(RunContents::isCheckpoint).toList()) {
                    saved.add(checkpoint(folder, best, last));
                }
            }
        }
        saved.sort(Comparator.comparingLong(SavedState::step).reversed());
        List<NamedFile> files = new ArrayList<>();
        for (String name : TOLD) {
            if (Files.exists(run.resolve(name))) {
                files.add(new NamedFile(name, bytes(run.resolve(name))));
            }
        }
        return new RunContents(saved, files, model(run), bytes(run));
    }

    private static String model(Path run) throws IOException {
        var settings = ConfigDifference.settings(run);
        return settings.path("model").asString("");
    }

    private static boolean isCheckpoint(Path folder) {
        return String.valueOf(folder.getFileName()).matches(STEP + "\\d{6,18}");
    }

    private static SavedState checkpoint(Path folder, String best, String last) throws IOException {
        String name = String.valueOf(folder.getFileName());
        FileTime saved = Files.getLastModifiedTime(folder);
        return new SavedState(
                folder,
                Long.parseLong(name.substring(STEP.length())),
                bytes(folder),
                saved.toInstant(),
                Files.exists(folder.resolve("adapter_config.json")),
                name.equals(best),
                name.equals(last),
                Files.exists(folder.resolve("kept")));
    }

    private static String pointer(Path run, String name) throws IOException {
        Path file = run.resolve(name);
        return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    }

    private static long bytes(Path file) throws IOException {
        try (Stream<Path> inside = Files.walk(file)) {
            return inside.mapToLong(path -> path.toFile().length()).sum();
        } catch (java.io.UncheckedIOException _) {
            return 0; // a trainer deletes an old checkpoint just now; the next look knows better
        }
    }
}
