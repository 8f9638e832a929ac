package dev.gantry.lora.bench;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.pass.BoundaryPlacement;
import dev.gantry.engine.pass.HeadOrder;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.bench.OffloadResult.Streaming;
import dev.gantry.lora.train.TrainingStep;
import dev.gantry.offload.boundary.BoundaryPlan;
import dev.gantry.offload.boundary.TieredBoundaries;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.frozen.Transfers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The same training on weights that stream and on weights that are there, step by step in turns.
///
/// @param retention of both: what a step computes must not depend on where weights lie
/// @param headOrder of the streamed one
/// @param stream of the streamed one
record StreamedPair(
        Backend backend,
        StreamedWeights streamed,
        ResidentWeights resident,
        OffloadSettings settings,
        Retention retention,
        HeadOrder headOrder,
        Stream stream) {
    private static final OptimizerSettings ADAMW = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
    private static final double LEARNING_RATE = 1e-4;

    /// Where the residual stream lives.
    ///
    /// @param folder for what lives on disk; null when nothing does
    record Stream(BoundaryPlan plan, @Nullable Path folder) {
        BoundaryPlacement placement(MemoryAccount host) {
            return plan.leavesDevice() ? TieredBoundaries.placement(plan, host, folder) : BoundaryPlacement.ON_DEVICE;
        }
    }

    /// One step of each.
    ///
    /// @param moved for the streamed one
    record Turn(double streamedSeconds, double residentSeconds, Transfers moved) {}

    /// Steps of so many micro-batches.
    ///
    /// @param device what the streamed step lies on
    /// @param host where its stream waits
    Steps steps(int microBatches, MemoryAccount device, MemoryAccount host) {
        return new Steps(microBatches, device, host);
    }

    /// A trainee with its step and its tokens.
    private final class Side implements AutoCloseable {
        private final BenchTrainee trainee;
        private final TensorArena tokens;
        private final List<TokenBatch> batches = new ArrayList<>();
        private final TrainingStep step;

        Side(ModelWeights weights, TrainingStep.Extent extent, MemoryAccount device) {
            SplittableRandom random = new SplittableRandom(settings.seed());
            this.trainee = new BenchTrainee(weights, settings.rank(), random, device);
            this.tokens = new TensorArena(device, "token batches");
            int[] lengths = new int[settings.batch()];
            Arrays.fill(lengths, settings.length());
            int vocabulary = weights.spec().vocabularySize();
            for (int i = 0; i < extent.microBatches(); i++) {
                int[] ids =
                        random.ints(settings.microBatchTokens(), 0, vocabulary).toArray();
                batches.add(new TokenBatch.Buffers(ids.length, tokens).fill(ids, ids, lengths));
            }
            this.step = new TrainingStep(backend, trainee, ADAMW, 1, extent, device);
        }

        double seconds() {
            long start = System.nanoTime();
            TrainingStep.Result result = step.take(batches, LEARNING_RATE, 1);
            backend.synchronize();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!result.isFinite()) {
                throw new IllegalStateException("a step that was measured had the loss " + result.loss());
            }
            return seconds;
        }

        long allocations() {
            return step.allocations() + tokens.allocations();
        }

        @Override
        public void close() {
            step.close();
            tokens.close();
            trainee.close();
        }
    }

    /// Both kinds of steps, and what they took.
    final class Steps implements AutoCloseable {
        private final int microBatches;
        private final Side streaming;
        private final Side inMemory;
        private final List<Turn> turns = new ArrayList<>();

        private Steps(int microBatches, MemoryAccount device, MemoryAccount host) {
            this.microBatches = microBatches;
            int tokens = settings.microBatchTokens();
            TrainingStep.Extent asPlanned =
                    new TrainingStep.Extent(tokens, microBatches, retention, headOrder, stream.placement(host));
            this.streaming = new Side(streamed.weights(), asPlanned, device);
            this.inMemory = new Side(
                    resident.weights(),
                    new TrainingStep.Extent(tokens, microBatches, retention),
                    MemoryAccount.unlimited("memory", backend.memory()));
        }

        /// @param warmUp whether it does not count
        Turn turn(boolean warmUp) {
            Transfers before = streamed.transfers();
            double streamedSeconds = streaming.seconds();
            Transfers moved = streamed.transfers().since(before);
            Turn turn = new Turn(streamedSeconds, inMemory.seconds(), moved);
            if (!warmUp) {
                turns.add(turn);
            }
            return turn;
        }

        double medianStreamedSeconds() {
            return OffloadBench.median(
                    turns.stream().mapToDouble(Turn::streamedSeconds).toArray());
        }

        Streaming streaming(String what) {
            double[] shares = turns.stream()
                    .mapToDouble(turn -> turn.residentSeconds() / turn.streamedSeconds())
                    .toArray();
            double[] waits = turns.stream()
                    .mapToDouble(turn -> turn.moved().waitNanos() / 1e9 / turn.streamedSeconds())
                    .toArray();
            double[] resident =
                    turns.stream().mapToDouble(Turn::residentSeconds).toArray();
            return new Streaming(
                    what,
                    (long) microBatches * settings.microBatchTokens(),
                    OffloadBench.median(resident),
                    medianStreamedSeconds(),
                    OffloadBench.median(shares),
                    OffloadBench.median(waits));
        }

        /// Native ones of the streamed side.
        long allocations() {
            return streaming.allocations() + streamed.allocations();
        }

        @Override
        public void close() {
            inMemory.close();
            streaming.close();
        }
    }
}
