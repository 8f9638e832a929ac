package dev.gantry.app.cli;

import dev.gantry.app.machine.MachineProbe;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.lora.bench.OffloadBench;
import dev.gantry.lora.bench.OffloadResult;
import dev.gantry.lora.bench.OffloadResult.Figure;
import dev.gantry.lora.bench.OffloadSettings;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `gantry bench offload`: training in little memory, as planned and as it came out.
@Command(
        name = "offload",
        mixinStandardHelpOptions = true,
        description = "Trains an adapter of a shape with random weights within budgets of memory, and holds what the"
                + " plan said against what was measured: time, peaks, what was moved.")
final class BenchOffloadCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(
            names = "--model",
            defaultValue = "gpt2-124m",
            description = "a known shape (gpt2-124m, gpt2-355m, opt-125m, bloom-560m, llama-160m, llama-1b, llama-7b),"
                    + " a config.json or a folder with one (default gpt2-124m)")
    private String model = "";

    @Mixin
    private final MemoryLimitOptions memory = new MemoryLimitOptions();

    @Option(names = "--batch", defaultValue = "1", description = "sequences of a micro-batch (default 1)")
    private int batch;

    @Option(names = "--length", defaultValue = "256", description = "tokens of each sequence (default 256)")
    private int length;

    @Option(names = "--micro-batches", defaultValue = "1", description = "micro-batches of a step (default 1)")
    private int microBatches;

    @Option(names = "--rank", defaultValue = "8", description = "rank of the adapters (default 8)")
    private int rank;

    @Option(names = "--rounds", defaultValue = "5", description = "measured rounds after two to warm up (default 5)")
    private int rounds;

    @Mixin
    private final BenchOptions options = new BenchOptions();

    /// What was measured, and where.
    record Report(MachineReport.Cpu processor, OffloadResult result) {}

    BenchOffloadCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        BenchOptions.requirePositive(batch, length, microBatches, rank, rounds);
        var limits = memory.limits();
        var settings = new OffloadSettings(
                model,
                options.compute(),
                options.threads(),
                limits.device(),
                limits.host(),
                limits.diskFolder(),
                batch,
                length,
                microBatches,
                rank,
                rounds,
                options.seed());
        try (var backend = options.open(context)) {
            var result = new OffloadBench(backend, settings, context.progress()).run();
            if (options.json()) {
                context.printJson(new Report(new MachineProbe().cpu(), result));
            } else {
                print(result);
            }
        }
        return ExitCode.OK.value();
    }

    private void print(OffloadResult result) {
        var layout = result.layout();
        line(
                "offload of %s, %s, %d tokens a step, on %s",
                model, options.compute(), result.tokensPerStep(), result.backend());
        line(
                "blocks      %d on the device, %d in host memory, %d on disk; %d pass through",
                layout.onDevice(), layout.inHost(), layout.onDisk(), layout.slots());
        line(
                "step        %.3f s planned, %.3f s measured; %.2f of it from rates beside each round",
                result.stepSeconds().predicted(), result.stepSeconds().measured(), result.pairedTimeRatio());
        result.peakBytes().forEach(peak -> print(peak.tier(), peak.bytes()));
        line(
                "moved       %.0f blocks a step planned, %.0f measured",
                result.blocks().predicted(), result.blocks().measured());
        print("from host", result.hostBytes());
        print("from disk", result.diskBytes());
        result.streaming()
                .forEach(at -> line(
                        "%-11s %d tokens a step: %.0f %% of the speed in memory, waiting %.0f %% of the time",
                        at.what(), at.tokens(), 100 * at.share(), 100 * at.waitShare()));
        var disk = result.disk();
        if (disk != null) {
            print("disk", disk, "of the disk's own rate");
        }
        print("AdamW", result.adamW(), "of copying");
        line("allocations %d after the first step", result.allocationsAfterFirstStep());
    }

    private void print(String what, Figure bytes) {
        line(
                "%-11s %s planned, %s measured",
                what, Quantity.bytes((long) bytes.predicted()), Quantity.bytes((long) bytes.measured()));
    }

    private void print(String what, OffloadResult.Share share, String of) {
        line("%-11s %s/s, %.0f %% %s", what, Quantity.bytes((long) share.bytesPerSecond()), 100 * share.share(), of);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more library
    private void line(String format, Object... arguments) {
        context.out().println(String.format(Locale.ROOT, format, arguments));
    }
}
