package dev.gantry.lora.run;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The checkpoints of a run: `checkpoints/step-000120`, and the pointers `best` and `last` beside that folder.
///
/// A folder of that name is complete: it was built under another name, forced to the disk and renamed.
public final class CheckpointStore {
    private static final Pattern NAME = Pattern.compile("step-\\d{6,18}");
    private static final String BEST = "best";
    private static final String LAST = "last";
    /// An empty file in a checkpoint that somebody asked for.
    private static final String KEPT = "kept";

    private final Path run;
    private final Path folder;

    /// @param run the run's folder
    public CheckpointStore(Path run) {
        this.run = run;
        this.folder = run.resolve("checkpoints");
    }

    /// Writes the files of a checkpoint into a folder.
    @FunctionalInterface
    public interface Contents {
        void write(Path folder) throws IOException;
    }

    /// Name of the checkpoint at a step.
    public static String name(long step) {
        return String.format(Locale.ROOT, "step-%06d", step);
    }

    /// Saves a checkpoint, points to it, and deletes those no longer wanted.
    ///
    /// @param keepLast newest checkpoints to keep, at least 1; the best and those of {@link #keep} are kept besides
    public Checkpoint save(TrainerState state, int keepLast, Contents contents) throws IOException {
        Files.createDirectories(folder);
        Path target = folder.resolve(name(state.step()));
        if (Files.exists(target)) {
            return read(target); // the same step of the same run has the same bits
        }
        Path temporary = DurableFiles.temporary(target);
        if (Files.exists(temporary)) {
            DurableFiles.deleteFolder(temporary);
        }
        Files.createDirectory(temporary);
        contents.write(temporary);
        Files.writeString(
                temporary.resolve(Checkpoint.STATE_FILE),
                RunJson.PRETTY.writeValueAsString(state) + "\n",
                StandardCharsets.UTF_8);
        DurableFiles.publishFolder(temporary, target);
        Checkpoint saved = new Checkpoint(target, state);
        point(saved);
        prune(state, keepLast);
        return saved;
    }

    /// Keeps a checkpoint for good, however many follow.
    public void keep(Checkpoint checkpoint) throws IOException {
        DurableFiles.write(checkpoint.folder().resolve(KEPT), "");
    }

    /// Writes the pointers that belong to the newest checkpoint; a resume does it again after a kill in between.
    public void point(Checkpoint newest) throws IOException {
        DurableFiles.write(run.resolve(LAST), newest.name() + "\n");
        TrainerState.Best best = newest.state().best();
        if (best.loss() != null && Files.isDirectory(folder.resolve(name(best.step())))) {
            DurableFiles.write(run.resolve(BEST), name(best.step()) + "\n");
        }
    }

    private void prune(TrainerState state, int keepLast) throws IOException {
        List<Path> all = folders().stream()
                .filter(path -> !Files.exists(path.resolve(KEPT)))
                .toList();
        List<Path> old = all.subList(0, Math.max(0, all.size() - keepLast));
        for (Path path : old) {
            if (state.best().loss() == null || !path.endsWith(name(state.best().step()))) {
                DurableFiles.deleteFolder(path);
            }
        }
    }

    /// Removes what an interrupted process left half done.
    public void deleteLeftovers() throws IOException {
        DurableFiles.deleteLeftovers(run);
        if (Files.isDirectory(folder)) {
            DurableFiles.deleteLeftovers(folder);
        }
    }

    /// The newest checkpoint.
    public Optional<Checkpoint> newest() throws IOException {
        List<Path> all = folders();
        return all.isEmpty() ? Optional.empty() : Optional.of(read(all.getLast()));
    }

    /// The checkpoint of the best evaluation, or the newest when nothing was evaluated.
    public Optional<Checkpoint> best() throws IOException {
        Path pointer = run.resolve(BEST);
        if (!Files.exists(pointer)) {
            return newest();
        }
        Path target = folder.resolve(Files.readString(pointer).strip());
        return Files.isDirectory(target) ? Optional.of(read(target)) : newest();
    }

    private List<Path> folders() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> inside = Files.list(folder)) {
            inside.filter(path ->
                            NAME.matcher(String.valueOf(path.getFileName())).matches())
                    .forEach(all::add);
        }
        all.sort((a, b) -> Long.compare(step(a), step(b)));
        return Collections.unmodifiableList(all);
    }

    private static long step(Path checkpoint) {
        return Long.parseLong(String.valueOf(checkpoint.getFileName()).substring("step-".length()));
    }

    private static Checkpoint read(Path folder) throws IOException {
        Path file = folder.resolve(Checkpoint.STATE_FILE);
        if (!Files.isRegularFile(file)) {
            throw damaged(folder, "it has no " + Checkpoint.STATE_FILE, null);
        }
        try {
            TrainerState state = RunJson.LINES.readValue(Files.readAllBytes(file), TrainerState.class);
            if (state.format() != TrainerState.FORMAT) {
                throw damaged(folder, "its format is " + state.format() + ", known is " + TrainerState.FORMAT, null);
            }
            return new Checkpoint(folder, state);
        } catch (JacksonException e) {
            throw damaged(folder, Checkpoint.STATE_FILE + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static GantryException damaged(Path folder, String why, @Nullable Exception cause) {
        return new GantryException(
                GantryException.Kind.BAD_INPUT,
                "CHECKPOINT-DAMAGED",
                "cannot read the checkpoint " + folder,
                why,
                "Move this checkpoint away; the run then goes on from the one before it.",
                cause);
    }
}
