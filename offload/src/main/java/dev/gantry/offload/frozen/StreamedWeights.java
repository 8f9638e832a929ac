package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.HeadBlocks;
import dev.gantry.engine.pass.HeadSource;
import dev.gantry.engine.pass.LayerSource;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.OuterWeights;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.FileIdentity;
import dev.gantry.offload.io.IoQueue;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// The frozen weights of a model that need not fit the device or the machine's memory: what
/// {@link dev.gantry.engine.pass.ResidentWeights} is for models that do, with the same bits.
///
/// Blocks live on the tiers that the plan says; tables are gathered from where they lie; the head, norms and
/// projections outside the blocks are on the device.
public final class StreamedWeights implements AutoCloseable {
    private final StoredModel model;
    private final FrozenPlan plan;
    private final List<Chunk> blocks;
    private final List<Chunk> head;
    private final CheckpointFiles.Opener opener;
    private final FrozenMemory memory;
    private final ChunkSource source;
    private final List<FileIdentity> files; // that sweeps read
    private final ReadyParameters parameters;
    private final RingLoader blockLoader;
    private final RingLoader headLoader;
    private final ModelWeights weights;
    private final Owned owned = new Owned();

    /// Budgets of the memory that weights may take.
    public record Budgets(MemoryAccount device, MemoryAccount host) {
        /// Budgets without limits, of the host's memory.
        public static Budgets unlimited() {
            return new Budgets(MemoryAccount.unlimited("device"), MemoryAccount.unlimited("host"));
        }

        /// Budgets without limits, of the memories of a backend.
        public static Budgets unlimited(Backend backend) {
            return new Budgets(backend.unlimited(), MemoryAccount.unlimited("host", backend.hostMemory()));
        }
    }

    /// Places the weights as planned, reading what lives on device and host now.
    ///
    /// @param model stays with the caller; its tensors must stay readable
    /// @throws dev.gantry.engine.GantryException when a file cannot be read or a budget is too small
    public StreamedWeights(
            Backend backend,
            StoredModel model,
            ComputeType compute,
            FrozenPlan plan,
            Budgets budgets,
            Progress progress) {
        this(backend, model, compute, plan, budgets, progress, file -> BlockFile.open(file, BlockFile.Use.READ));
    }

    StreamedWeights(
            Backend backend,
            StoredModel model,
            ComputeType compute,
            FrozenPlan plan,
            Budgets budgets,
            Progress progress,
            CheckpointFiles.Opener opener) {
        this.model = model;
        this.plan = plan;
        this.opener = opener;
        this.blocks = Chunk.blocks(model, compute, plan);
        this.head = Chunk.streamedHead(model, compute, plan);
        try {
            memory = owned.keep(new FrozenMemory(plan, blocks, head, budgets, TensorArena::new), FrozenMemory::close);
            IoQueue queue = owned.keep(new IoQueue("gantry-read"), IoQueue::close);
            ElementKernels kernels = backend.transferElements();
            ChunkCopier copier = new ChunkCopier(kernels, queue, memory.blocks().staging());
            source = source(copier, kernels, progress);
            files = TableFiles.with(source.identities(), model);
            fill(copier, kernels, progress);
            parameters = new ReadyParameters(model, memory.outer(), backend.elements());
            List<ChunkHome> blockHomes = homes(blocks);
            List<ChunkHome> headHomes = homes(head);
            blockLoader = loader(backend, blockHomes, memory.blocks(), plan.lead(), copier);
            headLoader = loader(
                    backend,
                    headHomes,
                    memory.head(),
                    Math.clamp(memory.head().slots().size() - 1, 0, 1),
                    new ChunkCopier(
                            backend.transferElements(), queue, memory.head().staging()));
            weights = OuterWeights.of(model.model(), compute, parameters)
                    .with(model.model(), compute, head(compute, headHomes), layers(blockHomes));
        } catch (RuntimeException | Error e) {
            owned.close();
            throw e;
        }
    }

    /// Takes what weights would take from the budgets, without memory, and gives it back: their peaks tell.
    ///
    /// @throws dev.gantry.engine.tensor.OverBudgetException when a budget is too small
    public static void measure(
            Backend backend, StoredModel model, ComputeType compute, FrozenPlan plan, Budgets budgets) {
        List<Chunk> blocks = Chunk.blocks(model, compute, plan);
        List<Chunk> head = Chunk.streamedHead(model, compute, plan);
        try (FrozenMemory counted = new FrozenMemory(plan, blocks, head, budgets, TensorArena::measuring)) {
            ReadyParameters shapes = new ReadyParameters(model, counted.outer(), backend.elements());
            OuterWeights.of(model.model(), compute, shapes);
            if (head.isEmpty()) {
                OuterWeights.head(model.model(), compute, shapes);
            }
            new TrainedInBlocks(model, blocks.getFirst().ready(), shapes);
        }
    }

    public ModelWeights weights() {
        return weights;
    }

    /// Brings copies of trained parameters up to date: after an optimizer step.
    public void refresh() {
        parameters.refresh();
    }

    /// Blocks of the decoder that were copied to the device since construction.
    public Transfers transfers() {
        return blockLoader.ring().transfers();
    }

    /// Blocks of the head that were copied to the device since construction.
    public Transfers headTransfers() {
        return headLoader.ring().transfers();
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return memory.allocations();
    }

    @Override
    public void close() {
        owned.close();
    }

    /// The checkpoint's own files, or the copy of its chunks, made now if it is not there.
    private ChunkSource source(ChunkCopier copier, ElementKernels kernels, Progress progress) {
        List<Chunk> chunks = Stream.concat(blocks.stream(), head.stream()).toList();
        int pieceBytes = plan.reading().pieceBytes();
        StoredChunks stored = new StoredChunks(model, open(StoredChunks.files(model, chunks)), pieceBytes);
        Path folder = plan.reading().relaid();
        if (folder == null || !plan.streamsFromDisk()) {
            return stored;
        }
        RelaidCopy copy = new RelaidCopy(folder, ModelFingerprint.of(model, stored.identities(), chunks), chunks);
        RelaidHeader header = copy.existing()
                .orElseGet(() -> copy.make(stored, copier, kernels, memory.bench(blocks.getFirst()), progress));
        return new RelaidChunks(open(List.of(copy.path())), header, pieceBytes);
    }

    private CheckpointFiles open(Collection<Path> paths) {
        return owned.keep(new CheckpointFiles(paths, opener), CheckpointFiles::close);
    }

    /// Brings chunks that stay on device or host to their places.
    private void fill(ChunkCopier copier, ElementKernels kernels, Progress progress) {
        List<CopyJob> jobs = new ArrayList<>();
        for (List<Chunk> chunks : List.of(blocks, head)) {
            for (Chunk chunk : chunks) {
                if (chunk.tier() != Tier.DISK) {
                    MemorySegment home = memory.home(chunk);
                    ChunkLayout layout = chunk.tier() == Tier.DEVICE ? chunk.ready() : chunk.host();
                    jobs.add(new CopyJob(chunk.ordinal(), source.bring(chunk, layout, home, kernels), home));
                }
            }
        }
        long bytes = jobs.stream().mapToLong(job -> job.target().byteSize()).sum();
        try (ProgressTask task = progress.start("reading the weights", bytes, ProgressUnit.BYTES)) {
            copier.run(new CopyJob.AllOf(jobs, progress, task::update));
        }
    }

    private List<ChunkHome> homes(List<Chunk> chunks) {
        return chunks.stream().map(this::home).toList();
    }

    private ChunkHome home(Chunk chunk) {
        return switch (chunk.tier()) {
            case DEVICE -> new ChunkHome.OnDevice(memory.home(chunk));
            case HOST -> new ChunkHome.OnHost(memory.home(chunk), chunk.host().runsTo(chunk.ready()));
            case DISK -> source.home(chunk, chunk.ready());
        };
    }

    private RingLoader loader(
            Backend backend, List<ChunkHome> homes, FrozenMemory.Ring ring, int lead, ChunkCopier copier) {
        return owned.keep(new RingLoader(backend, homes, files, ring.slots(), lead, copier), RingLoader::close);
    }

    private LayerSource layers(List<ChunkHome> homes) {
        ChunkLayout ready = blocks.getFirst().ready();
        TrainedInBlocks trained = new TrainedInBlocks(model, ready, parameters);
        return new StreamedLayers(
                homes,
                memory.outer().memory(),
                ready,
                memory.blocks().slots(),
                plan.mostRowsInPlace(),
                trained,
                blockLoader);
    }

    private HeadSource head(ComputeType compute, List<ChunkHome> homes) {
        return head.isEmpty()
                ? OuterWeights.head(model.model(), compute, parameters)
                : new StreamedHead(
                        HeadBlocks.of(model.spec()),
                        head,
                        homes,
                        memory.outer().memory(),
                        memory.head().slots(),
                        plan.mostRowsInPlace(),
                        headLoader);
    }
}
