package dev.gantry.app.run;

import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Runs that wait for their turn: one trains at a time, the next starts when it ends, however it ends.
///
/// The list is a file in the home, so it survives the window; a paused run keeps its turn, since its memory is taken.
/// Only one window at a time may use a home's queue.
public final class RunQueue {
    private static final System.Logger LOG = System.getLogger(RunQueue.class.getName());

    private final Runs runs;
    private final Path file;

    /// @param waiting names of run folders, the next first
    record Saved(List<String> waiting) {}

    public RunQueue(Runs runs) {
        this.runs = runs;
        this.file = runs.home().folder().resolve("queue.json");
    }

    /// Starts a run that was created or can go on, or lets it wait when another trains or waits.
    ///
    /// @return the trainer when it was started
    public synchronized Optional<TrainerProcess> submit(Path run) throws IOException {
        List<String> waiting = names();
        if (waiting.isEmpty() && runs.alive().isEmpty()) {
            return Optional.of(runs.train(run));
        }
        String name = String.valueOf(run.getFileName());
        if (!waiting.contains(name)) {
            waiting.add(name);
            save(waiting);
        }
        return Optional.empty();
    }

    /// Starts the next run when nobody trains; to be called every second or so.
    ///
    /// @return the trainer that was started
    public synchronized Optional<TrainerProcess> advance() throws IOException {
        List<String> waiting = names();
        if (waiting.isEmpty() || !runs.alive().isEmpty()) {
            return Optional.empty();
        }
        Path next = runs.home().runs().resolve(waiting.removeFirst());
        save(waiting); // before the start: a run that cannot be started must not block the others
        return Files.isDirectory(next) ? Optional.of(runs.train(next)) : advance();
    }

    /// The runs that wait, the next first; those whose folder is gone are left out.
    public synchronized List<Path> waiting() throws IOException {
        return names().stream()
                .map(name -> runs.home().runs().resolve(name))
                .filter(Files::isDirectory)
                .toList();
    }

    /// Takes a run out of the queue; its folder stays.
    public synchronized void remove(Path run) throws IOException {
        List<String> waiting = names();
        if (waiting.remove(String.valueOf(run.getFileName()))) {
            save(waiting);
        }
    }

    /// Puts a waiting run first.
    public synchronized void moveToFront(Path run) throws IOException {
        List<String> waiting = names();
        String name = String.valueOf(run.getFileName());
        if (waiting.remove(name)) {
            waiting.addFirst(name);
            save(waiting);
        }
    }

    private List<String> names() throws IOException {
        if (!Files.isRegularFile(file)) {
            return new ArrayList<>();
        }
        try {
            return new ArrayList<>(RunJson.LINES
                    .readValue(Files.readAllBytes(file), Saved.class)
                    .waiting());
        } catch (JacksonException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    file + " is damaged; nothing waits any more: " + e.getOriginalMessage());
            return new ArrayList<>();
        }
    }

    private void save(List<String> waiting) throws IOException {
        Files.createDirectories(runs.home().folder());
        DurableFiles.write(file, RunJson.LINES.writeValueAsString(new Saved(waiting)) + "\n");
    }
}
