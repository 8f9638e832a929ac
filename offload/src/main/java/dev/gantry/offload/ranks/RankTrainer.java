package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.engine.pass.StepPart;
import dev.gantry.engine.pass.TokenBatch;
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
    private static final String BASE = "frozen weights";
    private static final String BATCHES = "token batches";
    private static final String ANSWERS = "what others hold, for answers";

    private final RankedJob job;
    private final Rank rank;
    private final RankMemory memory;
    private final RankModel model;
    private final TensorArena states;
    private final @Nullable FrozenBase ownBase;
    private final TensorArena batchArena;
    private final TensorArena answerArena;
    private final @Nullable AnswerRoom answerRoom;
    private final Optimizer optimizer;
    private final RankWork work;
    private final ClippingNorm clipping;
    private final List<ShardEntry> entries;

    private RankTrainer(RankedJob job, ShardPlan plan, Rank rank, RankMemory memory, RankModel model, Parts parts) {
        this.job = job;
        this.rank = rank;
        this.memory = memory;
        this.model = model;
        this.states = parts.states();
        this.ownBase = parts.ownBase();
        this.batchArena = parts.batchArena();
        this.answerArena = parts.answerArena();
        this.answerRoom = parts.answerRoom();
        this.optimizer = parts.optimizer();
        this.work = parts.work();
        this.clipping = new ClippingNorm(plan, rank, memory.units());
        this.entries = List.copyOf(makeEntries());
    }

    private record Parts(
            TensorArena states,
            @Nullable FrozenBase ownBase,
            TensorArena batchArena,
            TensorArena answerArena,
            @Nullable AnswerRoom answerRoom,
            Optimizer optimizer,
            RankWork work) {}

    /// With values of zero, which {@link #set} and {@link #resumeAt} change.
    ///
    /// @param base what is not trained, for all ranks; null when everything is, or when each rank has its own
    /// @param device where all that this rank holds lies
    static RankTrainer of(RankedJob job, ShardPlan plan, Rank rank, @Nullable FrozenBase base, MemoryAccount device) {
        RankMemory memory = new RankMemory(plan, rank, owner -> new TensorArena(device, owner));
        TensorArena states = new TensorArena(device, STATES);
        TensorArena forBatches = new TensorArena(device, BATCHES);
        TensorArena forAnswers = new TensorArena(device, ANSWERS);
        FrozenBase own = null;
        boolean complete = false;
        try {
            own = ownBase(job, rank, device);
            RankModel model = new RankModel(job, plan, rank, memory, own != null ? own : base);
            Optimizer optimizer = Optimizer.of(job.optimizer(), rank.backend(), trainables(memory), states);
            RankBatches batches = new RankBatches(job, rank, forBatches);
            RankWork work = RankWork.of(job, plan, rank, memory, model, batches, device);
            AnswerRoom room = answerRoom(job, rank, model, forAnswers);
            Parts parts = new Parts(states, own, forBatches, forAnswers, room, optimizer, work);
            complete = true;
            return new RankTrainer(job, plan, rank, memory, model, parts);
        } finally {
            if (!complete) {
                if (own != null) {
                    own.close();
                }
                forAnswers.close();
                forBatches.close();
                states.close();
                memory.close();
            }
        }
    }

    /// What the first of several cards needs to answer with blocks of the others.
    private static @Nullable AnswerRoom answerRoom(RankedJob job, Rank rank, RankModel model, TensorArena arena) {
        boolean answers = rank.number() == 0 && job.extent().answers();
        boolean alone = job.span(rank.number()).count() == job.spec().layers();
        return answers && !alone && !arena.memory().isHost()
                ? AnswerRoom.allocate(job, model.weights().layers().acquire(0), arena)
                : null;
    }

    /// The frozen model of a rank whose kernels reach no other memory than their own.
    private static @Nullable FrozenBase ownBase(RankedJob job, Rank rank, MemoryAccount device) {
        if (device.memory().isHost()) {
            return null;
        }
        TensorArena shapes = TensorArena.measuring(device.memory());
        BlockSpan span = job.span(rank.number());
        try (FrozenBase _ = FrozenBase.of(job, span, rank.backend(), shapes)) {
            TensorArena arena = TensorArena.planned(device, BASE, shapes.allocatedBytes());
            return FrozenBase.of(job, span, rank.backend(), arena);
        }
    }

    /// Bytes that a rank would hold, by use, found by making it without memory; all ranks call this together.
    ///
    /// @param base what is not trained, made without memory too; or null
    static SortedMap<String, Long> measure(RankedJob job, ShardPlan plan, Rank rank, @Nullable FrozenBase base) {
        MemoryAccount device =
                MemoryAccount.unlimited("rank " + rank.number(), rank.backend().memory());
        try (RankMemory memory = new RankMemory(plan, rank, owner -> TensorArena.measuring(device, owner));
                TensorArena states = TensorArena.measuring(device, STATES);
                TensorArena batches = TensorArena.measuring(device, BATCHES);
                TensorArena answers = TensorArena.measuring(device, ANSWERS);
                FrozenBase own = device.memory().isHost()
                        ? null
                        : FrozenBase.of(
                                job, job.span(rank.number()), rank.backend(), TensorArena.measuring(device, BASE))) {
            RankModel model = new RankModel(job, plan, rank, memory, own != null ? own : base);
            Optimizer.of(job.optimizer(), rank.backend(), trainables(memory), states);
            new RankBatches(job, rank, batches);
            answerRoom(job, rank, model, answers);
            SortedMap<String, Long> bytes = new TreeMap<>(device.snapshot().owners());
            bytes.putAll(RankWork.measure(job, rank, model));
            return bytes;
        }
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
    /// @param lossScale factor on all gradients before the norm
    StepResult take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale) {
        StepPart step = StepPart.all(microBatches, seed).scaledBy(lossScale);
        double[] losses = work.lossesAndGradients(microBatches, step);
        double mean = step.mean(sum(losses, microBatches.size()));
        StepResult result = new StepResult(mean, clipping.norm() / lossScale);
        if (result.isFinite()) {
            double norm = result.gradientNorm();
            optimizer.step(learningRate, GradientClipping.scale(norm, job.maxGradientNorm(), lossScale));
            model.publish();
        }
        return result;
    }

    /// Sum of the losses of all labelled tokens, without training.
    double lossSum(List<TokenBatch> microBatches) {
        return sum(work.lossSums(microBatches), microBatches.size());
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

    /// Copies one of {@link #entries()} to the host, between steps.
    void fetch(ShardEntry entry, MemorySegment into) {
        rank.backend().memory().copy(entry.data(), into);
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

    /// Room for what this rank needs of others to answer; null where it needs none.
    @Nullable
    AnswerRoom answerRoom() {
        return answerRoom;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /// Native allocations made so far; constant after construction.
    long allocations() {
        return memory.allocations()
                + states.allocations()
                + batchArena.allocations()
                + answerArena.allocations()
                + work.allocations();
    }

    @Override
    public void close() {
        work.close();
        answerArena.close();
        batchArena.close();
        if (ownBase != null) {
            ownBase.close();
        }
        states.close();
        memory.close();
    }
}
