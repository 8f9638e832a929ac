package dev.gantry.lora.conformance;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cuda.CudaBackend;
import dev.gantry.engine.cuda.HostCuda;
import dev.gantry.engine.cuda.OneByOne;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.bench.Bench;
import dev.gantry.lora.bench.BenchModels;
import dev.gantry.lora.bench.BenchResult;
import dev.gantry.lora.bench.BenchSettings;
import dev.gantry.lora.memory.MemoryLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Training, prefill and decoding of shapes with random weights, beside the device's own peaks. On a card they are
/// shapes that fill it; the processor takes that of a case, to see that all runs.
final class OnCardBenches {
    private static final long SEED = 42;

    private OnCardBenches() {}

    record Measured(String backend, List<ModelResult> results) {}

    /// @param why it could not be measured, else empty
    record ModelResult(String model, String what, @Nullable BenchResult result, String why) {}

    /// One of the three.
    private interface What {
        BenchResult of(Bench bench);
    }

    static Measured run(Path cases) throws IOException {
        try (HostCuda cuda = HostCuda.open();
                CudaBackend card = cuda.hasCublas() ? cuda.backendWithCublas() : cuda.backend();
                Backend processor = new CpuBackend(2)) {
            List<ModelResult> results = new ArrayList<>();
            Backend backend = HostCuda.isCard() ? card : processor;
            if (HostCuda.isCard()) {
                for (String model : List.of("gpt2-124m", "llama-1b")) {
                    measure(backend, model, settings(1, 2048, 128, 5), results);
                }
            } else {
                measure(backend, cases.resolve("gpt2").toString(), settings(1, 8, 4, 1), results);
            }
            return new Measured(backend.description(), results);
        }
    }

    private static BenchSettings settings(int batch, int tokens, int newTokens, int rounds) {
        return new BenchSettings(ComputeType.BF16, 2, batch, tokens, newTokens, 16, rounds, SEED);
    }

    private static void measure(Backend backend, String model, BenchSettings settings, List<ModelResult> results)
            throws IOException {
        measure(backend, model, settings, "train", Bench::train, results);
        measure(backend, model, settings, "prefill", Bench::prefill, results);
        measure(backend, model, settings, "decode", Bench::decode, results);
        measure(new OneByOne(backend), model, settings, "decode, kernel by kernel", Bench::decode, results);
    }

    private static void measure(
            Backend backend, String model, BenchSettings settings, String what, What which, List<ModelResult> results)
            throws IOException {
        try (BenchModels.Weights weights =
                BenchModels.open(model, settings.compute().dtype(), SEED, null, Progress.silent())) {
            BenchResult result = which.of(new Bench(backend, weights, settings, MemoryLimits.NONE));
            results.add(new ModelResult(model, what, result, ""));
            System.out.printf(
                    "%-10s %-24s %.1f tokens/s, %.0f %% of the peak%n",
                    model.substring(model.lastIndexOf('/') + 1),
                    what,
                    result.medianTokensPerSecond(),
                    100 * result.peakShare());
        } catch (GantryException e) {
            results.add(new ModelResult(model, what, null, e.why()));
            System.out.printf("%-10s %-24s %s%n", model, what, e.why());
        }
    }
}
