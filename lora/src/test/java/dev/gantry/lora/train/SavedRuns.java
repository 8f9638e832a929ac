package dev.gantry.lora.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.lora.run.EventLog;
import dev.gantry.lora.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Holds what two runs have left against each other, bit by bit.
final class SavedRuns {
    private SavedRuns() {}

    /// Saved values, answers and numbers.
    static void assertSame(Path expected, Path actual) throws IOException {
        try (Stream<Path> files = Files.walk(expected)) {
            List<Path> saved = files.filter(Files::isRegularFile)
                    .map(expected::relativize)
                    .filter(file -> file.toString().endsWith(".safetensors")
                            || file.startsWith("samples")
                            || (file.getNameCount() == 1 && !file.toString().contains(".")))
                    .toList();
            assertThat(saved).hasSizeGreaterThan(4);
            for (Path file : saved) {
                assertThat(actual.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
            }
        }
        assertThat(numbers(actual)).isEqualTo(numbers(expected));
    }

    /// Loss, gradient norm and rate of every step, and every evaluation.
    static List<String> numbers(Path run) throws IOException {
        return EventLog.current(run.resolve(EventLog.FILE_NAME)).stream()
                .map(event -> switch (event) {
                    case RunEvent.Metric m -> m.step() + " " + m.loss() + " " + m.gradNorm() + " " + m.learningRate();
                    case RunEvent.Evaluation e -> e.step() + " " + e.evalLoss();
                    default -> "";
                })
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
