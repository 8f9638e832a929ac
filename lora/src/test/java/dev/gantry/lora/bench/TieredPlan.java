package dev.gantry.lora.bench;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.Tier;
import dev.gantry.offload.frozen.FrozenPlan;
import dev.gantry.offload.io.DiskProbe;
import dev.gantry.offload.plan.Budgets;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.offload.plan.TrainingPlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The most blocks of a model that device, host memory and disk hold together, and how long it all takes.
///
/// @param disk blocks that the disk holds
/// @param lacking what one block more would lack; empty where none is left out
record TieredPlan(TrainingJob job, TrainingPlan plan, Set<Integer> disk, Estimate estimate, String lacking) {
    private static final Duration PROBE = Duration.ofMillis(20);
    private static final long PROBED_BYTES = 128L << 20;
    /// Of what is free on the disk.
    private static final double SHARE_OF_DISK = 0.9;

    /// How long it should take, in seconds.
    ///
    /// @param writing the file
    /// @param filling device and host memory from it
    record Estimate(long fileBytes, double writing, double filling, double stepping) {
        double seconds() {
            return writing + filling + stepping;
        }
    }

    static TieredPlan of(Backend backend, TieredStep.Wish wish) throws IOException {
        Search search = new Search(backend, wish);
        TieredPlan found = search.with(wish.layers());
        if (found.lacking.isEmpty()) {
            return found;
        }
        int fits = 0;
        int tooMany = wish.layers();
        TieredPlan least = found;
        while (tooMany - fits > 1) {
            int layers = (fits + tooMany) / 2;
            TieredPlan tried = search.with(layers);
            if (tried.lacking.isEmpty()) {
                fits = layers;
                found = tried;
            } else {
                tooMany = layers;
                least = tried;
            }
        }
        if (fits == 0) {
            throw GantryException.environment(
                    "MEMORY-BUDGET", "cannot train one block of the model", least.lacking, "Give it more.");
        }
        return new TieredPlan(found.job, found.plan, found.disk, found.estimate, least.lacking);
    }

    FrozenPlan blocks() {
        return tiers(plan).plan();
    }

    static Placement.Weights.Tiered tiers(TrainingPlan plan) {
        return switch (plan.placement().weights()) {
            case Placement.Weights.Tiered weights -> weights;
            case Placement.Weights.Mapped _, Placement.Weights.Trained _ ->
                throw new IllegalStateException("a plan without frozen tiers");
        };
    }

    private static final class Search {
        private final Backend backend;
        private final TieredStep.Wish wish;
        private final TieredStep.Rates rates;
        private final long freeBytes;

        Search(Backend backend, TieredStep.Wish wish) throws IOException {
            this.backend = backend;
            this.wish = wish;
            this.freeBytes = Files.getFileStore(wish.folder()).getUsableSpace();
            TieredStep.Rates known = wish.rates();
            this.rates = known == null ? measured() : known;
        }

        private TieredStep.Rates measured() throws IOException {
            DiskProbe.Rates disk = new DiskProbe(PROBE, 1).measure(wish.folder(), PROBED_BYTES);
            MachineRates machine = MachineRates.measure(backend, job(1));
            return new TieredStep.Rates(
                    machine.withDisk(disk.read().queue().bytesPerSecond()),
                    disk.write().best().bytesPerSecond());
        }

        private TrainingJob job(int layers) {
            return new BenchJob(wish.shape().apply(layers), TieredStep.COMPUTE, wish.rank(), 1, wish.tokens(), 1)
                    .planned(null);
        }

        TieredPlan with(int layers) {
            TrainingJob job = job(layers);
            TrainingPlan plan = new TrainingPlanner(backend, wish.threads())
                    .plan(job, rates.computing(), new Budgets(wish.deviceBytes(), wish.hostBytes()));
            FrozenPlan blocks = tiers(plan).plan();
            Set<Integer> onDisk = IntStream.range(0, layers)
                    .filter(layer -> blocks.homes().get(layer) == Tier.DISK)
                    .boxed()
                    .collect(Collectors.toSet());
            Set<Integer> inFile = onDisk.isEmpty() ? Set.of(0) : onDisk;
            Estimate estimate = estimate(job, plan, inFile);
            return new TieredPlan(job, plan, inFile, estimate, lacking(plan, estimate));
        }

        private Estimate estimate(TrainingJob job, TrainingPlan plan, Set<Integer> inFile) {
            DType type = TieredStep.COMPUTE.dtype();
            long fileBytes = PooledModel.fileBytes(job.spec(), type, inFile);
            double filled =
                    plan.tier(Tier.DEVICE).bytes() + plan.tier(Tier.HOST).bytes();
            double writing = fileBytes / rates.writtenBytesPerSecond();
            MachineRates moving = rates.computing();
            double filling = filled / Math.min(moving.diskBytesPerSecond(), moving.copyBytesPerSecond());
            return new Estimate(
                    fileBytes, writing, filling, TieredStep.STEPS * plan.step().seconds());
        }

        private String lacking(TrainingPlan plan, Estimate estimate) {
            if (!plan.fits()) {
                return "device and host memory: it takes %d and %d bytes of %d and %d"
                        .formatted(
                                plan.tier(Tier.DEVICE).bytes(),
                                plan.tier(Tier.HOST).bytes(),
                                wish.deviceBytes(),
                                wish.hostBytes());
            }
            if (estimate.fileBytes() > SHARE_OF_DISK * freeBytes) {
                return "disk: it takes %d bytes of %d".formatted(estimate.fileBytes(), freeBytes);
            }
            return estimate.seconds() > wish.mostSeconds()
                    ? "time: it takes %.0f s of %.0f".formatted(estimate.seconds(), wish.mostSeconds())
                    : "";
        }
    }
}
