package dev.gantry.app.run;

import dev.gantry.lora.run.DurableFiles;
import dev.gantry.lora.run.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// Runs that wait for their turn: one trains at a time, the next starts when it ends, however it ends.
///
/// The list is a file in the home, so it survives the window; it is replaced as a whole, so that whoever reads it at
/// any moment, and whoever comes after a kill, finds the list before or after a change. A paused run keeps its turn,
/// since its memory is taken. Only one process at a time may use a home's queue.
public final class RunQueue {
    private static final System.Logger LOG = System.getLogger(RunQueue.class.getName());

    /// Many objects may stand for the queue of a home in this process; one at a time reads and writes its file.
    private static final Object FILE = new Object();

    private final Runs runs;
    private final Path file;

    /// @param waiting names of run folders, the next first
    record Saved(List<String> waiting) {
        Saved {
            waiting = List.copyOf(waiting);
        }
    }

    public RunQueue(Runs runs) {
        this.runs = runs;
        this.file = runs.home().folder().resolve("queue.json");
    }

    /// Starts a run that was created or can go on, or lets it wait when another trains or waits.
    ///
    /// @return the trainer when it was started
    public Optional<TrainerProcess> submit(Path run) throws IOException {
        synchronized (FILE) {
            List<String> waiting = names();
            if (waiting.isEmpty() && runs.alive().isEmpty()) {
                return Optional.of(runs.train(run));
            }
            String name = name(run);
            if (!waiting.contains(name)) {
                waiting.add(name);
                save(waiting);
            }
            return Optional.empty();
        }
    }

    /// Starts a run now, beside whatever trains; it waits no longer.
    public TrainerProcess startNow(Path run) throws IOException {
        synchronized (FILE) {
            remove(run);
            return runs.train(run);
        }
    }

    /// Starts the next run when nobody trains; to be called every second or so.
    ///
    /// @return the trainer that was started
    public Optional<TrainerProcess> advance() throws IOException {
        synchronized (FILE) {
            List<String> waiting = names();
            if (waiting.isEmpty() || !runs.alive().isEmpty()) {
                return Optional.empty();
            }
            Path next = runs.home().runs().resolve(waiting.removeFirst());
            save(waiting); // before the start: a run that cannot be started must not block the others
            return Files.isDirectory(next) ? Optional.of(runs.train(next)) : advance();
        }
    }

    /// The runs that wait, the next first; those whose folder is gone are left out.
    public List<Path> waiting() throws IOException {
        synchronized (FILE) {
            return names().stream()
                    .map(name -> runs.home().runs().resolve(name))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    /// Takes a run out of the queue; its folder stays.
    public void remove(Path run) throws IOException {
        synchronized (FILE) {
            List<String> waiting = names();
            if (waiting.remove(name(run))) {
                save(waiting);
            }
        }
    }

    /// Moves a waiting run by so many places, negative for an earlier turn; not beyond either end.
    public void move(Path run, int places) throws IOException {
        synchronized (FILE) {
            List<String> waiting = names();
            int at = waiting.indexOf(name(run));
            if (at >= 0) {
                waiting.remove(at);
                waiting.add(Math.clamp(at + places, 0, waiting.size()), name(run));
                save(waiting);
            }
        }
    }

    private static String name(Path run) {
        return String.valueOf(run.getFileName());
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
            // out of the way: it is looked at several times a second
            Path aside = file.resolveSibling("queue-damaged.json");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the list of waiting runs was damaged and lies in " + aside + "; nothing waits any more: "
                            + e.getOriginalMessage());
            return new ArrayList<>();
        }
    }

    private void save(List<String> waiting) throws IOException {
        Files.createDirectories(runs.home().folder());
        DurableFiles.write(file, RunJson.LINES.writeValueAsString(new Saved(waiting)) + "\n");
    }
}
