package dev.gantry.app.ui;

import dev.gantry.lora.run.TrainerMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The one run that a test of the whole window starts, with the process that trains it.
record OnlyRun(Path home) {
    boolean exists() {
        return Files.isDirectory(home.resolve("runs"));
    }

    Path folder() throws IOException {
        try (Stream<Path> runs = Files.list(home.resolve("runs"))) {
            return runs.findFirst().orElseThrow();
        }
    }

    /// Ends the trainer if a failed test left one.
    void endTrainer() throws IOException {
        if (exists()) {
            TrainerMark.read(folder()).flatMap(TrainerMark::process).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
