package dev.gantry.lora.oncard;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.oncard.Part.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.json.JsonMapper;

/// The parts of a step. Each is on disk as soon as it is there, so that a step which is ended later leaves what it has
/// found.
final class Recorder {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /// Of what a machine has too little of.
    private static final Set<String> LACKING = Set.of("CUDA-MEMORY", "MEMORY-BUDGET", "BENCH-NO-DISK");

    private final Path file;
    private final List<Part> parts = new ArrayList<>();

    /// @param file for the parts, as JSON
    Recorder(Path file) {
        this.file = file;
    }

    /// Something to find out.
    interface Work {
        /// @return figures, or null
        @Nullable
        Object run() throws IOException;
    }

    /// Does a part; what it throws is a failure of that part alone.
    void part(String what, Work work) throws IOException {
        long start = System.nanoTime();
        Part part;
        try {
            Object figures = work.run();
            part = new Part(what, Outcome.PASSED, seconds(start), "", figures);
        } catch (IOException | RuntimeException | AssertionError e) {
            part = failed(what, start, e);
        }
        add(part);
    }

    /// Does a step; what ends it before its parts is told as one.
    void whole(Step step, Ground ground) throws IOException {
        long start = System.nanoTime();
        try {
            step.program().run(ground, this);
        } catch (IOException | RuntimeException | AssertionError e) {
            add(failed("the rest", start, e));
        }
    }

    private static Part failed(String what, long start, Throwable thrown) {
        return switch (thrown) {
            case TestAbortedException e -> new Part(what, Outcome.LEFT_OUT, seconds(start), e.toString(), null);
            case GantryException e -> {
                Outcome outcome = LACKING.contains(e.code()) ? Outcome.LEFT_OUT : Outcome.FAILED;
                yield new Part(what, outcome, seconds(start), e.code() + ": " + e.getMessage(), null);
            }
            default -> new Part(what, Outcome.FAILED, seconds(start), thrown.toString(), null);
        };
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    void leaveOut(String what, String why) throws IOException {
        add(new Part(what, Outcome.LEFT_OUT, 0, why, null));
    }

    void add(Part part) throws IOException {
        parts.add(part);
        Files.writeString(file, JSON.writeValueAsString(parts));
        System.out.printf("  %-8s %s %s%n", part.outcome(), part.what(), part.why());
    }
}
