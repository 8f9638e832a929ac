package dev.gantry.app.cli;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.bench.Bench;
import dev.gantry.lora.bench.BenchModels;
import dev.gantry.lora.bench.BenchResult;
import dev.gantry.lora.bench.BenchSettings;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gantry bench`: tokens per second of the whole program beside the machine's own peaks.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures training, prefill or decoding of a model's shape with random weights, in one run with"
                + " the machine's matmul and memory peaks.")
final class BenchCommand implements Callable<Integer> {
    /// What can be measured.
    enum What {
        TRAIN,
        PREFILL,
        DECODE
    }

    private final CliContext context;

    @Parameters(paramLabel = "WHAT", arity = "0..1", description = "train (default), prefill or decode")
    private What what = What.TRAIN;

    @Option(
            names = "--model",
            defaultValue = "gpt2-124m",
            description = "a known shape (gpt2-124m, gpt2-355m, opt-125m, bloom-560m, llama-160m, llama-1b), a"
                    + " config.json or a folder with one, whose weights are used if it has any (default gpt2-124m)")
    private String model = "";

    @Option(names = "--batch", defaultValue = "1", description = "sequences side by side (default 1)")
    private int batch;

    @Option(names = "--tokens", defaultValue = "256", description = "tokens of each sequence (default 256)")
    private int tokens;

    @Option(names = "--new-tokens", defaultValue = "32", description = "decode: tokens after them (default 32)")
    private int newTokens;

    @Option(names = "--rank", defaultValue = "8", description = "train: rank of the adapters (default 8)")
    private int rank;

    @Option(names = "--rounds", defaultValue = "5", description = "measured rounds after one to warm up (default 5)")
    private int rounds;

    @Mixin
    private final BenchOptions options = new BenchOptions();

    BenchCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        BenchOptions.requirePositive(batch, tokens, newTokens, rank, rounds);
        BenchResult result = measure();
        if (options.json()) {
            context.printJson(result);
        } else {
            print(result);
        }
        return ExitCode.OK.value();
    }

    private BenchResult measure() throws IOException {
        var settings = new BenchSettings(
                options.compute(), options.threads(), batch, tokens, newTokens, rank, rounds, options.seed());
        try (var backend = new CpuBackend(options.threads());
                var task = context.progress().start("measuring", Progress.UNKNOWN_TOTAL, ProgressUnit.ITEMS)) {
            task.update(1);
            context.progress().throwIfCancelled();
            try (var weights = BenchModels.open(model, options.compute().dtype(), options.seed())) {
                var bench = new Bench(backend, weights, settings);
                return switch (what) {
                    case TRAIN -> bench.train();
                    case PREFILL -> bench.prefill();
                    case DECODE -> bench.decode();
                };
            }
        }
    }

    private void print(BenchResult result) {
        var out = context.out();
        out.println(result.what() + " of " + model + ", " + result.settings().compute() + ", batch " + batch + ", "
                + tokens + " tokens, on " + result.backend());
        out.printf(
                Locale.ROOT,
                "%.1f tokens/s median, %.1f best%n",
                result.medianTokensPerSecond(),
                result.bestTokensPerSecond());
        out.printf(
                Locale.ROOT,
                "%.0f %% of %s measured in this run; matrix products take %.0f %% of the time%n",
                100 * result.peakShare(),
                what == What.DECODE
                        ? Quantity.bytes((long) result.limit()) + "/s of memory reads"
                        : String.format(Locale.ROOT, "%.0f GFLOP/s of matrix products", result.limit() / 1e9),
                100 * result.matmulShare());
        out.println("peak memory " + Quantity.bytes(result.peakResidentBytes()));
    }
}
