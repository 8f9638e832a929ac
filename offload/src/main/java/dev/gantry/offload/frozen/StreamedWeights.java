package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadSource;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.OuterWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.IoQueue;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/// The frozen weights of a model that need not fit the device or the machine's memory: what
/// {@link dev.gantry.engine.pass.ResidentWeights} is for models that do, with the same bits.
///
/// Blocks live on the tiers that the plan says; tables are gathered from where they lie; the head, norms and
/// projections
/// outside the blocks are on the device.
public final class StreamedWeights implements AutoCloseable {
    private final Backend backend;
    private final FrozenPlan plan;
    private final ChunkLayout ready;
    private final List<ChunkLayout> wire;
    private final StoredModel model;
    private final BlockSource blocks;
    private final FrozenMemory memory;
    private final StreamedLayers layers;
    private final ModelWeights weights;
    private final Owned owned = new Owned();

    /// Budgets of the memory that weights may take.
    public record Budgets(MemoryAccount device, MemoryAccount host) {
        /// Budgets without limits.
        public static Budgets unlimited() {
            return new Budgets(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"));
        }
    }

    /// Places the weights as planned, reading what lives on device and host now.
    ///
    /// @param model stays with the caller; its tensors must stay readable
    /// @throws dev.gantry.engine.GantryException when a file cannot be read or a budget is too small
    public StreamedWeights(Backend backend, StoredModel model, ComputeType compute, FrozenPlan plan, Budgets budgets) {
        this(backend, model, compute, plan, budgets, file -> BlockFile.open(file, BlockFile.Use.READ));
    }

    StreamedWeights(
            Backend backend,
            StoredModel model,
            ComputeType compute,
            FrozenPlan plan,
            Budgets budgets,
            CheckpointFiles.Opener opener) {
        this.backend = backend;
        this.model = model;
        this.plan = plan;
        this.ready = ChunkLayout.ready(model.spec(), compute);
        this.wire = wire(model, compute);
        try {
            memory = owned.keep(
                    new FrozenMemory(plan, ready, wire, budgets.device(), budgets.host(), TensorArena::new),
                    FrozenMemory::close);
            StoredBlocks stored = new StoredBlocks(
                    model,
                    open(StoredBlocks.files(model), opener),
                    plan.reading().pieceBytes());
            ElementKernels kernels = backend.transferElements();
            IoQueue queue = owned.keep(new IoQueue("gantry-read"), IoQueue::close);
            ChunkCopier copier = new ChunkCopier(kernels, queue, memory.staging());
            Path relaid = plan.reading().relaid();
            blocks =
                    relaid != null && plan.streamsFromDisk() ? relaid(relaid, stored, copier, kernels, opener) : stored;
            fill(copier, kernels);
            OuterWeights outer = OuterWeights.of(model.model(), compute, this::onDevice);
            HeadSource head = OuterWeights.head(model.model(), compute, this::onDevice);
            layers = owned.keep(
                    new StreamedLayers(homes(), blocks.identities(), ready, memory.slots(), plan, copier),
                    StreamedLayers::close);
            weights = outer.with(model.model(), compute, head, layers);
        } catch (RuntimeException | Error e) {
            owned.close();
            throw e;
        }
    }

    private CheckpointFiles open(Collection<Path> paths, CheckpointFiles.Opener opener) {
        return owned.keep(new CheckpointFiles(paths, opener), CheckpointFiles::close);
    }

    /// The copy of the blocks, made now if it is not there; a slot that nothing streams through yet is the workbench.
    private BlockSource relaid(
            Path folder,
            StoredBlocks stored,
            ChunkCopier copier,
            ElementKernels kernels,
            CheckpointFiles.Opener opener) {
        String fingerprint = ModelFingerprint.of(model, stored.identities(), wire);
        RelaidCopy copy = new RelaidCopy(folder, fingerprint, wire);
        MemorySegment bench = memory.slots().getFirst();
        RelaidHeader header = copy.existing().orElseGet(() -> copy.make(stored, copier, kernels, bench));
        return new RelaidBlocks(
                open(List.of(copy.path()), opener), header, wire, plan.reading().pieceBytes());
    }

    private static List<ChunkLayout> wire(StoredModel model, ComputeType compute) {
        return IntStream.range(0, model.spec().layers())
                .mapToObj(layer -> ChunkLayout.wire(model.spec(), layer, compute, model::dtype))
                .toList();
    }

    /// Takes what weights would take from the budgets, without memory, and gives it back: their peaks tell.
    ///
    /// @throws dev.gantry.engine.tensor.OverBudgetException when a budget is too small
    public static void measure(StoredModel model, ComputeType compute, FrozenPlan plan, Budgets budgets) {
        try (FrozenMemory counted = new FrozenMemory(
                plan,
                ChunkLayout.ready(model.spec(), compute),
                wire(model, compute),
                budgets.device(),
                budgets.host(),
                TensorArena::measuring)) {
            OuterWeights.Readying shapes = (type, id) -> {
                Matrix stored = model.tensor(id).matrix();
                return counted.outer(type, stored.rows(), stored.columns());
            };
            OuterWeights.of(model.model(), compute, shapes);
            OuterWeights.head(model.model(), compute, shapes);
        }
    }

    public ModelWeights weights() {
        return weights;
    }

    /// What was copied to the device since construction.
    public Transfers transfers() {
        return layers.transfers();
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return memory.allocations();
    }

    @Override
    public void close() {
        owned.close();
    }

    /// Brings blocks that stay on device or host to their places.
    private void fill(ChunkCopier copier, ElementKernels kernels) {
        List<CopyJob> jobs = new ArrayList<>();
        for (int layer = 0; layer < plan.homes().size(); layer++) {
            Tier tier = plan.homes().get(layer);
            if (tier != Tier.DISK) {
                ChunkLayout layout = tier == Tier.DEVICE ? ready : wire.get(layer);
                MemorySegment home = memory.home(layer);
                jobs.add(new CopyJob(layer, blocks.bring(layer, layout, home, kernels), home));
            }
        }
        copier.run(new CopyJob.AllOf(jobs));
    }

    private List<ChunkHome> homes() {
        List<ChunkHome> homes = new ArrayList<>();
        for (int layer = 0; layer < plan.homes().size(); layer++) {
            homes.add(
                    switch (plan.homes().get(layer)) {
                        case DEVICE -> new ChunkHome.OnDevice(ready.weights(layer, memory.home(layer)));
                        case HOST ->
                            new ChunkHome.OnHost(
                                    memory.home(layer), wire.get(layer).runsTo(ready));
                        case DISK -> blocks.home(layer, ready);
                    });
        }
        return homes;
    }

    private Matrix onDevice(DType type, ParameterId id) {
        Matrix stored = model.tensor(id).matrix();
        Matrix copy = memory.outer(type, stored.rows(), stored.columns());
        if (stored.dtype() == type) {
            copy.data().copyFrom(stored.data());
        } else {
            backend.elements().copy(stored, copy);
        }
        return copy;
    }
}
