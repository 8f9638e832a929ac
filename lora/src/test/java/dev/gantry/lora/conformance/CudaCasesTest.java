package dev.gantry.lora.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gantry.engine.cuda.CudaBackend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.lora.Fixture;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reference cases through the CUDA backend and its kernels, with and without cuBLASLt, which run on the processor:
/// passes, gradients, adapters and optimizers on top of every kernel, without a card.
class CudaCasesTest {
    private static final Path CASES = Path.of(System.getProperty("gantry.shared", "nowhere"), "fixtures");

    /// Norms with a mean, learned positions, GELU; full fine-tuning and adapters. With cuBLASLt, on streams as late as
    /// CUDA allows.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCaseOfOurOwn_isWithinItsTolerance(boolean withCublas) throws IOException {
        CaseFolder reference = CaseFolder.findAll(Fixture.of("gpt2").folder()).getFirst();
        assertThat(run(reference, withCublas))
                .filteredOn(Finding.Compared.class::isInstance) // our own copies lack some files of a whole case
                .hasSizeGreaterThanOrEqualTo(5)
                .allMatch(finding -> finding instanceof Finding.Compared compared && compared.passed());
    }

    /// Blocks, head, stream and states of the optimizer leave the card, on streams as late as CUDA allows.
    @Test
    void aCaseOfOurOwn_isWithinItsTolerance_inLittleMemory() throws IOException {
        CaseFolder reference = CaseFolder.findAll(Fixture.of("gpt2").folder()).getFirst();
        try (HostCuda cuda = HostCuda.open();
                CudaBackend backend = cuda.backend()) {
            cuda.defer(4);
            MemoryTiers tiers = MemoryTiers.within(MemoryLimits.of(3_000_000, 3_000_000), backend);
            assertThat(new CaseRun(backend, reference, tiers).run())
                    .filteredOn(Finding.Compared.class::isInstance)
                    .hasSizeGreaterThanOrEqualTo(5)
                    .allMatch(finding -> finding instanceof Finding.Compared compared && compared.passed());
            assertThat(tiers.device().peakBytes()).isBetween(1L, 3_000_000L);
            // kernels stay loaded; nothing else does
            assertThat(tiers.device().heldBytes()).isEqualTo(tiers.device().heldBytes("kernels"));
        }
    }

    /// Grouped heads, rotary positions, gates; forward, gradients, generation and accumulation too.
    @Test
    void aWholeCaseOfAnotherFamily_isWithinItsTolerance() {
        assumeTrue(Files.isDirectory(CASES), "the reference cases are not beside this project");
        CaseFolder reference = CaseFolder.findAll(CASES.resolve("llama3_rope")).getFirst();
        assertThat(run(reference, false)).isNotEmpty().allSatisfy(finding -> {
            if (!(finding instanceof Finding.NotYet)) {
                assertThat(finding)
                        .isInstanceOfSatisfying(
                                Finding.Compared.class,
                                compared -> assertThat(compared.passed())
                                        .as("%s", compared)
                                        .isTrue());
            }
        });
    }

    private static List<Finding> run(CaseFolder reference, boolean withCublas) {
        try (HostCuda cuda = HostCuda.open();
                CudaBackend backend = withCublas ? cuda.backendWithCublas() : cuda.backend()) {
            cuda.defer(withCublas ? 5 : 0);
            return new CaseRun(backend, reference).run();
        }
    }
}
