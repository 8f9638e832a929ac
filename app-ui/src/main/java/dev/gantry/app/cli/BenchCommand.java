package dev.gantry.app.cli;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.lora.bench.Bench;
import dev.gantry.lora.bench.BenchModels;
import dev.gantry.lora.bench.BenchResult;
import dev.gantry.lora.bench.BenchSettings;
import dev.gantry.lora.bench.BenchStreaming;
import dev.gantry.lora.memory.MemoryLimits;
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
            description = "a known shape (gpt2-124m, gpt2-355m, opt-125m, bloom-560m, llama-160m, llama-1b, llama-7b),"
                    + " a config.json or a folder with one, whose weights are used if it has any (default gpt2-124m)")
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
    private final MemoryLimitOptions memory = new MemoryLimitOptions();

    @Mixin
    private final BenchOptions options = new BenchOptions();

    BenchCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        BenchOptions.requirePositive(batch, tokens, newTokens, rank, rounds);
        MemoryLimits limits = memory.limits();
        if (what == What.TRAIN && limits.areSet()) {
            throw GantryException.usage(
                    "BENCH-TRAIN-MEMORY",
                    "cannot measure training of bench train within limits of memory",
                    "it trains with everything in memory",
                    "measure gantry bench offload, or prefill or decode");
        }
        BenchResult result = measure(limits);
        if (options.json()) {
            context.printJson(result);
        } else {
            print(result);
        }
        return ExitCode.OK.value();
    }

    private BenchResult measure(MemoryLimits limits) throws IOException {
        var settings = new BenchSettings(
                options.compute(), options.threads(), batch, tokens, newTokens, rank, rounds, options.seed());
        try (var backend = options.open(context);
                var task = context.progress().start("measuring", Progress.UNKNOWN_TOTAL, ProgressUnit.ITEMS)) {
            task.update(1);
            context.progress().throwIfCancelled();
            var type = options.compute().dtype();
            try (var weights = BenchModels.open(model, type, options.seed(), limits.diskFolder(), context.progress())) {
                var bench = new Bench(backend, weights, settings, limits);
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
                "%.0f %% of %s measured in this run%s%n",
                100 * result.peakShare(),
                what == What.DECODE
                        ? Quantity.bytes((long) result.limit()) + "/s of memory reads"
                        : String.format(Locale.ROOT, "%.0f GFLOP/s of matrix products", result.limit() / 1e9),
                result.matmulShare() < 0
                        ? ""
                        : String.format(
                                Locale.ROOT, "; matrix products take %.0f %% of the time", 100 * result.matmulShare()));
        out.println("peak memory " + Quantity.bytes(result.peakResidentBytes())
                + (result.devicePeakBytes() < 0
                        ? ""
                        : ", " + Quantity.bytes(result.devicePeakBytes()) + " of the device"));
        if (result.streaming() != null) {
            print(result.streaming());
        }
    }

    private void print(BenchStreaming streaming) {
        var out = context.out();
        out.printf(
                Locale.ROOT,
                "blocks   %d on the device, %d in host memory, %d in files; head on %s, keys and values on %s%n",
                streaming.onDevice(),
                streaming.inHost(),
                streaming.onDisk(),
                streaming.head().name().toLowerCase(Locale.ROOT),
                streaming.keyValueCache().name().toLowerCase(Locale.ROOT));
        out.printf(
                Locale.ROOT,
                "moved    %.1f blocks and %.1f of the head a round: %s from host memory, %s from files; waited %.3f s%n",
                streaming.blocks(),
                streaming.headBlocks(),
                Quantity.bytes((long) streaming.hostBytes()),
                Quantity.bytes((long) streaming.diskBytes()),
                streaming.waitSeconds());
        out.println(new MemoryOutcome(streaming.devicePeakBytes(), streaming.hostPeakBytes()).line());
    }
}
