package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.UnitLayout.Slice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One rank's part of the training. All ranks call each method together.
final class RankTrainer implements AutoCloseable {
    private static final String STATES = "optimizer";

    private final RankedJob job;
    private final Rank rank;
    private final RankMemory memory;
    private final RankModel model;
    private final TensorArena states;
    private final Optimizer optimizer;
    private final TrainingPass pass;
    private final GradientRelay relay;
    private final ClippingNorm clipping;
    private final List<ShardEntry> entries;

    private RankTrainer(RankedJob job, ShardPlan plan, Rank rank, RankMemory memory, RankModel model, Parts parts) {
        this.job = job;
        this.rank = rank;
        this.memory = memory;
        this.model = model;
        this.states = parts.states();
        this.optimizer = parts.optimizer();
        this.pass = parts.pass();
        this.relay = new GradientRelay(plan, rank, memory.units());
        this.clipping = new ClippingNorm(plan, rank, memory.units());
        this.entries = List.copyOf(makeEntries());
    }

    private record Parts(TensorArena states, Optimizer optimizer, TrainingPass pass) {}

    /// With values of zero, which {@link #set} and {@link #resumeAt} change.
    ///
    /// @param base what is not trained, or null when everything is
    /// @param device where all that this rank holds lies
    static RankTrainer of(RankedJob job, ShardPlan plan, Rank rank, @Nullable FrozenBase base, MemoryAccount device) {
        RankMemory memory = new RankMemory(plan, rank, owner -> new TensorArena(device, owner));
        TensorArena states = new TensorArena(device, STATES);
        boolean complete = false;
        try {
            RankModel model = new RankModel(job, plan, rank, memory, base);
            Optimizer optimizer = Optimizer.of(job.optimizer(), rank.backend(), trainables(memory), states);
            TrainingPass pass = new TrainingPass(rank.backend(), model.weights(), passPlan(job, rank, model), device);
            complete = true;
            return new RankTrainer(job, plan, rank, memory, model, new Parts(states, optimizer, pass));
        } finally {
            if (!complete) {
                states.close();
                memory.close();
            }
        }
    }

    /// Bytes that a rank would hold, by use, found by making it without memory; all ranks call this together.
    ///
    /// @param base what is not trained, made without memory too; or null
    static SortedMap<String, Long> measure(RankedJob job, ShardPlan plan, Rank rank, @Nullable FrozenBase base) {
        MemoryAccount device = MemoryAccount.unlimited("rank " + rank.number());
        try (RankMemory memory = new RankMemory(plan, rank, owner -> TensorArena.measuring(device, owner));
                TensorArena states = TensorArena.measuring(device, STATES)) {
            RankModel model = new RankModel(job, plan, rank, memory, base);
            Optimizer.of(job.optimizer(), rank.backend(), trainables(memory), states);
            SortedMap<String, Long> bytes = new TreeMap<>(device.snapshot().owners());
            bytes.putAll(
                    TrainingPass.measureByUse(rank.backend(), job.spec(), job.compute(), passPlan(job, rank, model)));
            return bytes;
        }
    }

    private static TrainingPass.Plan passPlan(RankedJob job, Rank rank, RankModel model) {
        return new TrainingPass.Plan(
                job.extent().maxTokens(),
                MicroBatchShare.most(job.extent().microBatches(), rank.count()),
                job.extent().retention(),
                model.adapters(),
                model.gradients().parameters().keySet());
    }

    private static List<Trainable> trainables(RankMemory memory) {
        List<Trainable> trainables = new ArrayList<>();
        memory.forEachSlice((unit, slice) -> trainables.add(new Trainable(
                slice.key(),
                unit.master(slice),
                unit.gradient(slice),
                slice.part().tensor().weightDecay())));
        return trainables;
    }

    /// Takes one step; one whose loss or gradient is not finite changes nothing.
    ///
    /// @param microBatches of the whole step
    StepResult take(List<TokenBatch> microBatches, double learningRate, long seed) {
        MicroBatchShare mine = share(microBatches);
        long labelled = StepPart.all(microBatches, seed).labelled();
        StepPart part = new StepPart(seed, mine.from(), labelled);
        double[] losses = pass.lossesAndGradients(
                microBatches.subList(mine.from(), mine.to()), model.adapters(), model.gradients(), part, relay);
        relay.finish();
        StepResult result = new StepResult(part.mean(sum(losses, microBatches.size())), clipping.norm());
        if (result.isFinite()) {
            optimizer.step(learningRate, GradientClipping.scale(result.gradientNorm(), job.maxGradientNorm()));
            model.publish();
        }
        return result;
    }

    /// Sum of the losses of all labelled tokens, without training.
    double lossSum(List<TokenBatch> microBatches) {
        MicroBatchShare mine = share(microBatches);
        List<TokenBatch> given = microBatches.subList(mine.from(), mine.to());
        return sum(pass.lossSums(given, model.adapters(), null), microBatches.size());
    }

    private MicroBatchShare share(List<TokenBatch> microBatches) {
        return MicroBatchShare.of(microBatches.size(), rank.number(), rank.count());
    }

    /// Adds up everybody's losses in the order of the micro-batches, as one rank does.
    private double sum(double[] losses, int microBatches) {
        double[] all = new double[microBatches];
        rank.communicator().allGather(losses, all);
        double sum = 0;
        for (double loss : all) {
            sum += loss;
        }
        return sum;
    }

    /// All that this rank holds of trained values and optimizer states, as live views.
    List<ShardEntry> entries() {
        return entries;
    }

    private List<ShardEntry> makeEntries() {
        List<ShardEntry> all = new ArrayList<>();
        Map<String, Slice> slices = new HashMap<>();
        memory.forEachSlice((unit, slice) -> {
            slices.put(slice.key(), slice);
            all.add(entry(slice, ShardEntry.VALUE, unit.master(slice)));
        });
        optimizer.states().forEach((name, state) -> {
            int dot = name.lastIndexOf('.');
            Slice slice = Objects.requireNonNull(slices.get(name.substring(0, dot)), name);
            all.add(entry(slice, name.substring(dot + 1), state));
        });
        return all;
    }

    private static ShardEntry entry(Slice slice, String kind, Matrix values) {
        TrainedTensor tensor = slice.part().tensor();
        return new ShardEntry(tensor.name(), kind, slice.from(), tensor.elements(), values);
    }

    /// Sets this rank's share of a tensor or of a state of it.
    ///
    /// @param whole contiguous, of the tensor's number of elements
    void set(ShardEntry.Key key, Matrix whole) {
        for (ShardEntry entry : entries) {
            if (entry.key().equals(key)) {
                rank.backend().elements().copy(part(whole, entry), entry.values());
            }
        }
        rank.backend().synchronize();
    }

    private static Matrix part(Matrix whole, ShardEntry entry) {
        if (!whole.isContiguous() || whole.elements() != entry.tensorElements()) {
            throw new IllegalArgumentException(entry.key() + " needs " + entry.tensorElements()
                    + " values in a row, not " + whole.rows() + " x " + whole.columns());
        }
        MemorySegment data = whole.data().asSlice(entry.from() * whole.dtype().bytes());
        int count = Math.toIntExact(entry.count());
        return new Matrix(whole.dtype(), data, 1, count, count);
    }

    /// Continues as if `steps` steps had been taken, after {@link #entries()} were filled.
    void resumeAt(long steps) {
        optimizer.resumeAt(steps);
        model.publish();
    }

    RankModel model() {
        return model;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /// Native allocations made so far; constant after construction.
    long allocations() {
        return memory.allocations() + states.allocations() + pass.allocations();
    }

    @Override
    public void close() {
        pass.close();
        states.close();
        memory.close();
    }
}
