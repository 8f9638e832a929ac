package dev.gantry.lora.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cpu.CpuBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// All reference cases beside the project, as `gantry conformance` runs them.
class SharedCasesTest {
    private static final Path CASES = Path.of(System.getProperty("gantry.shared", "nowhere"), "fixtures");

    @Test
    void everyCaseIsWithinItsTolerance() {
        assumeTrue(Files.isDirectory(CASES), "the reference cases are not beside this project");
        try (CpuBackend backend = new CpuBackend(2)) {
            for (CaseFolder reference : CaseFolder.findAll(CASES)) {
                List<Finding> findings = new CaseRun(backend, reference).run();
                assertThat(findings).as(reference.name()).isNotEmpty();
                assertThat(findings).as(reference.name()).allMatch(SharedCasesTest::acceptable);
            }
        }
    }

    private static boolean acceptable(Finding finding) {
        return switch (finding) {
            case Finding.Compared compared -> compared.passed();
            case Finding.NotYet notYet -> true;
            case Finding.Failed failed -> false;
        };
    }
}
