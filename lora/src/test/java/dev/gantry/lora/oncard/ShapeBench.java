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
import dev.gantry.lora.bench.PlannedBench;
import dev.gantry.lora.bench.PlannedBench.Planned;
import dev.gantry.lora.memory.MemoryLimits;
import java.io.IOException;
import java.util.function.Function;

/// Training, prefill and decoding of a shape with random weights, beside the device's own peaks in the same run: of
/// products for the first two, of reading memory for the third; and beside what the planner says. Without a card the
/// processor runs the shape of a case, to see that all runs.
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

    /// @param planned by rates that were taken right after it
    private record Measured(BenchResult result, Planned planned) {}

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
            PlannedBench plans = new PlannedBench(backend, weights, settings);
            measure(plans, "train", Bench::train, plans::train, recorder);
            measure(plans, "prefill", Bench::prefill, plans::prefill, recorder);
            measure(plans, "decode", Bench::decode, plans::decode, recorder);
            PlannedBench oneByOne = new PlannedBench(new OneByOne(backend), weights, settings);
            measure(oneByOne, "decode, kernel by kernel", Bench::decode, oneByOne::decode, recorder);
        }
    }

    private static void measure(
            PlannedBench bench, String what, What which, Function<BenchResult, Planned> plan, Recorder recorder)
            throws IOException {
        recorder.part(what, () -> {
            BenchResult result =
                    which.of(new Bench(bench.backend(), bench.weights(), bench.settings(), MemoryLimits.NONE));
            Measured measured = new Measured(result, plan.apply(result));
            System.out.printf(
                    "  %.1f tokens/s, %.0f %% of the peak, %.2f times as fast as planned%n",
                    result.medianTokensPerSecond(),
                    100 * result.peakShare(),
                    measured.planned().seconds().ratio());
            return measured;
        });
    }
}
