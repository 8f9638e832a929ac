package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.collective.Ranks;
import dev.gantry.engine.collective.Traffic;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BlockSpan;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Trains on several ranks of this process at once, each with a backend of its own, to the bits of one rank.
///
/// After a failure of any rank nothing but {@link #close} is possible: go on from the last checkpoint.
public final class RankedTraining implements AutoCloseable {
    private final Ranks ranks;
    private final ShardPlan plan;
    private final @Nullable FrozenBase base;
    private final List<RankTrainer> trainers;
    private final @Nullable DealtModel dealt;

    /// Where memory comes from.
    ///
    /// @param ranks of each rank's device; there are as many ranks
    /// @param shared memory of the process, of what is made once and read by all: converted weights of a
    ///     frozen base
    public record Memory(List<MemoryAccount> ranks, MemoryAccount shared) {
        public Memory {
            ranks = List.copyOf(ranks);
        }
    }

    /// @param start first values of the trained tensors, by name: contiguous, of the tensor's number of elements. Asked
    ///     once for each, in their order; needed only until the next call
    /// @param patience how long a rank waits for another before all give up
    /// @param devices what the ranks compute on; closed here
    /// @throws dev.gantry.engine.tensor.OverBudgetException when a device is too small
    public RankedTraining(
            RankedJob job, Function<String, Matrix> start, Memory memory, Duration patience, RankDevices devices) {
        List<MemoryAccount> accounts = memory.ranks();
        this.plan = new ShardPlan(job, accounts.size());
        this.ranks = new Ranks(devices, patience);
        Queue<Runnable> made = new ConcurrentLinkedQueue<>();
        boolean complete = false;
        try {
            this.base = devices.fabric().isShared() ? base(job, new TensorArena(memory.shared(), "weights")) : null;
            if (base != null) {
                made.add(base::close);
            }
            this.trainers = ranks.run(rank -> {
                RankTrainer trainer = RankTrainer.of(job, plan, rank, base, accounts.get(rank.number()));
                made.add(trainer::close);
                return trainer;
            });
            this.dealt = plan.isDealt() ? dealtModel(job, devices) : null;
            job.tensors().forEach(tensor -> set(tensor.name(), start.apply(tensor.name())));
            resumeAt(0);
            complete = true;
        } finally {
            if (!complete) {
                closeAll(made);
            }
        }
    }

    private DealtModel dealtModel(RankedJob job, RankDevices devices) {
        List<RankModel> models = trainers.stream().map(RankTrainer::model).toList();
        return new DealtModel(job, models, devices.fabric(), trainers.getFirst().answerRoom());
    }

    /// Takes one step; one whose loss or gradient is not finite changes nothing.
    ///
    /// @param microBatches of the whole step; the ranks deal them among each other
    /// @param seed of this step, for dropout
    public StepResult take(List<TokenBatch> microBatches, double learningRate, long seed) {
        return take(microBatches, learningRate, seed, 1);
    }

    /// The same with scaled gradients between the loss and the norm.
    ///
    /// @param lossScale see {@link dev.gantry.engine.optim.LossScale}
    public StepResult take(List<TokenBatch> microBatches, double learningRate, long seed, float lossScale) {
        return ranks.run(rank -> trainers.get(rank.number()).take(microBatches, learningRate, seed, lossScale))
                .getFirst();
    }

    /// Sum of the losses of all labelled tokens, without training.
    public double lossSum(List<TokenBatch> microBatches) {
        return ranks.run(rank -> trainers.get(rank.number()).lossSum(microBatches))
                .getFirst();
    }

    /// Steps taken so far.
    public long steps() {
        return trainers.getFirst().optimizer().steps();
    }

    /// Puts a trained tensor together from the ranks' shares.
    ///
    /// @param into of the host, f32, contiguous, of the tensor's number of elements
    public void read(String name, Matrix into) {
        read(name, ShardEntry.VALUE, into);
    }

    /// Puts one of the optimizer's states of a trained tensor together from the ranks' shares.
    ///
    /// @param kind the optimizer's name of it, such as `exp_avg`
    /// @param into f32, contiguous, of the tensor's number of elements
    public void readState(String name, String kind, Matrix into) {
        read(name, kind, into);
    }

    /// The optimizer's names of the states it keeps for every tensor.
    public SequencedSet<String> stateKinds() {
        SequencedSet<String> kinds = new LinkedHashSet<>();
        trainers.forEach(trainer -> trainer.entries().forEach(entry -> kinds.add(entry.kind())));
        kinds.remove(ShardEntry.VALUE);
        return kinds;
    }

    /// Deals a trained tensor's values out to the ranks; {@link #resumeAt} lets them compute with them.
    ///
    /// @param from contiguous, of the tensor's number of elements
    public void set(String name, Matrix from) {
        setState(name, ShardEntry.VALUE, from);
    }

    /// Deals one of the optimizer's states of a trained tensor out to the ranks.
    ///
    /// @param kind the optimizer's name of it
    /// @param from contiguous, of the tensor's number of elements
    public void setState(String name, String kind, Matrix from) {
        ShardEntry.Key key = new ShardEntry.Key(name, kind);
        ranks.each(rank -> trainers.get(rank.number()).set(key, from));
    }

    /// Continues as if `steps` steps had been taken, after all values and states were set.
    public void resumeAt(long steps) {
        ranks.each(rank -> trainers.get(rank.number()).resumeAt(steps));
    }

    /// The model as the first rank computes with it, for answers between steps. Where blocks are sharded or dealt it
    /// gathers them from the ranks.
    public ModelWeights weights() {
        return dealt != null ? dealt.weights() : trainers.getFirst().model().weights();
    }

    /// The adapters as the first rank computes with them.
    public Adapters adapters() {
        return dealt != null ? dealt.adapters() : trainers.getFirst().model().adapters();
    }

    private void read(String name, String kind, Matrix into) {
        ShardEntry.Key key = new ShardEntry.Key(name, kind);
        long copied = 0;
        for (RankTrainer trainer : holders()) {
            for (ShardEntry entry : trainer.entries()) {
                if (entry.key().equals(key)) {
                    long offset = entry.from() * DType.F32.bytes();
                    trainer.fetch(
                            entry, into.data().asSlice(offset, entry.data().byteSize()));
                    copied += entry.count();
                }
            }
        }
        if (copied != into.elements()) {
            throw new IllegalArgumentException(
                    "there are " + copied + " elements of " + key + ", not " + into.elements());
        }
    }

    /// The ranks that together hold everything once.
    private List<RankTrainer> holders() {
        return plan.isSharded() ? trainers : trainers.subList(0, 1);
    }

    /// Saves values, optimizer states and the number of steps, each rank its share in a file of its own, forced to the
    /// disk. Any number of ranks can resume from them, at any stage.
    ///
    /// @param folder of this checkpoint alone
    public void save(Path folder) {
        ShardSet.requireFree(folder);
        RankedCheckpoint checkpoint = new RankedCheckpoint(plan);
        ranks.each(rank -> checkpoint.save(folder, rank.number(), trainers.get(rank.number())));
    }

    /// Continues from a checkpoint to the same bits as if training had never stopped.
    ///
    /// @throws dev.gantry.engine.GantryException when the folder holds no whole checkpoint of this job: nothing has
    ///     changed then; or when its bytes are damaged
    public void resume(Path folder) {
        RankedCheckpoint checkpoint = new RankedCheckpoint(plan);
        checkpoint.requireUsable(folder, stateKinds());
        ranks.each(rank -> checkpoint.resume(folder, trainers.get(rank.number())));
    }

    public int count() {
        return ranks.count();
    }

    /// Bytes that crossed between the ranks so far.
    public Traffic traffic() {
        return ranks.traffic();
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return trainers.stream().mapToLong(RankTrainer::allocations).sum();
    }

    /// Blocks that were put together from the ranks' shares so far, over all ranks.
    public long gatheredBlocks() {
        return trainers.stream().mapToLong(trainer -> trainer.model().gathers()).sum();
    }

    @Override
    public void close() {
        List<Runnable> held = new ArrayList<>();
        trainers.forEach(trainer -> held.add(trainer::close));
        if (base != null) {
            held.add(base::close);
        }
        closeAll(held);
    }

    /// Ends the ranks, frees what they held, then closes what they computed on; nothing of it under a rank that does
    /// not answer.
    private void closeAll(Collection<Runnable> held) {
        try {
            if (ranks.end()) {
                held.forEach(Runnable::run);
            }
        } finally {
            ranks.close();
        }
    }

    /// @param arena where what all read lies; closed with the base, or here when there is none
    static @Nullable FrozenBase base(RankedJob job, TensorArena arena) {
        try (Backend backend = new CpuBackend(1)) {
            return FrozenBase.of(job, BlockSpan.all(job.spec().layers()), backend, arena);
        }
    }
}
