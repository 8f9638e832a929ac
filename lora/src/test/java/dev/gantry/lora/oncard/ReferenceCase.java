package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.lora.conformance.CaseFolder;
import dev.gantry.lora.conformance.CaseRun;
import dev.gantry.lora.conformance.Finding;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.memory.MemoryTiers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A reference case through the whole engine, as `gantry conformance` runs it: by our own kernels, by cuBLASLt where it
/// is, with all memory there is and in little.
record ReferenceCase(CaseFolder reference) implements Step.Program {
    /// Of the device and of the host: even the small models of the cases do not fit.
    private static final MemoryLimits LITTLE = MemoryLimits.of(3_000_000, 3_000_000);

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        try (HostCuda cuda = HostCuda.open()) {
            run("own kernels", cuda::backend, MemoryLimits.NONE, recorder);
            run("own kernels, little memory", cuda::backend, LITTLE, recorder);
            if (cuda.hasCublas()) {
                run("cuBLASLt", cuda::backendWithCublas, MemoryLimits.NONE, recorder);
            }
        }
    }

    /// All cases of a folder that have something to compute.
    static List<ReferenceCase> all(Path cases) {
        return CaseFolder.findAll(cases).stream()
                .filter(each -> each.has("inputs.safetensors"))
                .map(ReferenceCase::new)
                .toList();
    }

    /// Opens a device for one case.
    private interface Opening {
        Backend open();
    }

    private void run(String how, Opening device, MemoryLimits limits, Recorder recorder) throws IOException {
        recorder.part(how, () -> {
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
