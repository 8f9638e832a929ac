package dev.gantry.lora.oncard;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.bench.Compared;
import dev.gantry.lora.bench.OffloadBench;
import dev.gantry.lora.bench.OffloadResult;
import dev.gantry.lora.bench.OffloadResult.Figure;
import dev.gantry.lora.bench.OffloadSettings;
import dev.gantry.lora.train.config.ByteSize;
import java.io.IOException;
import java.util.List;

/// Training of an adapter under caps of device memory: planned peak and time beside the measured, and the speed beside
/// the same step with all weights on the device. Without a card the host's driver trains the shape of a case.
///
/// @param model a shape that is known by name
/// @param caps of the device, in bytes
record CappedBench(String model, List<Long> caps) implements Step.Program {
    private static final long HOST_CAP = 1_000_000;

    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        String shape = Ground.isCard() ? model : ground.cases().resolve("gpt2").toString();
        for (long cap : Ground.isCard() ? caps : List.of(HOST_CAP)) {
            recorder.part(cap + " bytes of the device", () -> {
                try (Backend backend = ground.open()) {
                    return measured(backend, settings(shape, cap));
                }
            });
        }
    }

    private static OffloadSettings settings(String shape, long cap) {
        int tokens = Ground.isCard() ? ShapeBench.TOKENS : 8;
        return new OffloadSettings(
                shape,
                ComputeType.BF16,
                Ground.THREADS,
                new ByteSize(cap),
                null,
                null,
                1,
                tokens,
                1,
                ShapeBench.RANK,
                Ground.isCard() ? 5 : 1,
                ShapeBench.SEED);
    }

    /// @param device peak
    /// @param host peak
    /// @param seconds of a step, as planned before the first
    /// @param pairedSeconds as planned from rates right before each step: the median of the ratios
    private record Measured(
            OffloadResult result, Compared device, Compared host, Compared seconds, Compared pairedSeconds) {
        static Measured of(OffloadResult result) {
            Figure device = result.peakBytes().getFirst().bytes();
            Figure host = result.peakBytes().getLast().bytes();
            Figure step = result.stepSeconds();
            return new Measured(
                    result,
                    Compared.bytes((long) device.predicted(), (long) device.measured()),
                    Compared.bytes((long) host.predicted(), (long) host.measured()),
                    Compared.seconds(step.predicted(), step.measured()),
                    Compared.seconds(result.pairedTimeRatio() * step.measured(), step.measured()));
        }
    }

    /// @throws IllegalStateException when more was held than the cap
    private static Measured measured(Backend backend, OffloadSettings settings) throws IOException {
        OffloadResult result = new OffloadBench(backend, settings, Progress.silent()).run();
        for (OffloadResult.Peak peak : result.peakBytes()) {
            if (peak.budget() >= 0 && peak.bytes().measured() > peak.budget()) {
                throw new IllegalStateException(peak + " is over its budget");
            }
        }
        for (OffloadResult.Streaming at : result.streaming()) {
            System.out.printf("  %d tokens: %.0f %% of the speed on the device%n", at.tokens(), 100 * at.share());
        }
        return Measured.of(result);
    }
}
