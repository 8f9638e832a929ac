package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.lora.conformance.CaseFolder;
import dev.gantry.lora.conformance.CaseRun;
import dev.gantry.lora.conformance.Finding;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Reference cases through the whole engine, as `gantry conformance` runs them: by our own kernels, by cuBLASLt where
/// it is, with all memory there is and in little.
final class ReferenceCases implements Step.Program {
    /// Of the device and of the host: even the small models of the cases do not fit.
    private static final MemoryLimits LITTLE = MemoryLimits.of(3_000_000, 3_000_000);

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        try (HostCuda cuda = HostCuda.open()) {
            for (Path each : folders(ground.cases())) {
                for (CaseFolder reference : CaseFolder.findAll(each)) {
                    run(reference, "own kernels", cuda::backend, MemoryLimits.NONE, recorder);
                    run(reference, "own kernels, little memory", cuda::backend, LITTLE, recorder);
                    if (cuda.hasCublas()) {
                        run(reference, "cuBLASLt", cuda::backendWithCublas, MemoryLimits.NONE, recorder);
                    }
                }
            }
        }
    }

    private static List<Path> folders(Path cases) throws IOException {
        try (Stream<Path> all = Files.list(cases)) {
            return all.filter(each -> Files.exists(each.resolve("inputs.safetensors")))
                    .sorted()
                    .toList();
        }
    }

    /// Opens a device for one case.
    private interface Opening {
        Backend open();
    }

    private static void run(CaseFolder reference, String how, Opening device, MemoryLimits limits, Recorder recorder)
            throws IOException {
        recorder.part(reference.name() + ", " + how, () -> {
            try (Backend backend = device.open()) {
                List<Finding> findings = new CaseRun(backend, reference, MemoryTiers.within(limits, backend)).run();
                List<Finding> outside = findings.stream()
                        .filter(finding -> !isAcceptable(finding))
                        .toList();
                if (!outside.isEmpty()) {
                    throw new IllegalStateException(
                            outside.size() + " of " + findings.size() + " outside their tolerance: " + outside);
                }
                return findings;
            }
        });
    }

    private static boolean isAcceptable(Finding finding) {
        return switch (finding) {
            case Finding.Compared compared -> compared.passed();
            case Finding.NotYet _ -> true;
            case Finding.Failed _ -> false;
        };
    }
}
