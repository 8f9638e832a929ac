package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.cuda.OneByOne;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.bench.Bench;
import dev.gantry.lora.bench.BenchModels;
import dev.gantry.lora.bench.BenchResult;
import dev.gantry.lora.bench.BenchSettings;
import dev.gantry.lora.memory.MemoryLimits;
import java.io.IOException;

/// Training, prefill and decoding of a shape with random weights, beside the device's own peaks in the same run: of
/// products for the first two, of reading memory for the third. Without a card the processor runs the shape of a case,
/// to see that all runs.
///
/// @param model a shape that {@link BenchModels} knows
record ShapeBench(String model) implements Step.Program {
    static final long SEED = 42;
    static final int RANK = 16;
    static final int TOKENS = 2048;

    private static final BenchSettings ON_CARD =
            new BenchSettings(ComputeType.BF16, Ground.THREADS, 1, TOKENS, 128, RANK, 5, SEED);
    private static final BenchSettings ON_HOST =
            new BenchSettings(ComputeType.BF16, Ground.THREADS, 1, 8, 4, RANK, 1, SEED);

    /// One of the three.
    private interface What {
        BenchResult of(Bench bench);
    }

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        BenchSettings settings = Ground.isCard() ? ON_CARD : ON_HOST;
        String shape = Ground.isCard() ? model : ground.cases().resolve("gpt2").toString();
        try (Backend backend = Ground.isCard() ? ground.open() : new CpuBackend(Ground.THREADS);
                BenchModels.Weights weights =
                        BenchModels.open(shape, settings.compute().dtype(), SEED, null, Progress.silent())) {
            measure(backend, weights, settings, "train", Bench::train, recorder);
            measure(backend, weights, settings, "prefill", Bench::prefill, recorder);
            measure(backend, weights, settings, "decode", Bench::decode, recorder);
            measure(new OneByOne(backend), weights, settings, "decode, kernel by kernel", Bench::decode, recorder);
        }
    }

    private static void measure(
            Backend backend,
            BenchModels.Weights weights,
            BenchSettings settings,
            String what,
            What which,
            Recorder recorder)
            throws IOException {
        recorder.part(what, () -> {
            BenchResult result = which.of(new Bench(backend, weights, settings, MemoryLimits.NONE));
            System.out.printf(
                    "  %.1f tokens/s, %.0f %% of the peak%n", result.medianTokensPerSecond(), 100 * result.peakShare());
            return result;
        });
    }
}
