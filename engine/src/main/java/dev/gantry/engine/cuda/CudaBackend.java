package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.ActivationKernels;
import dev.gantry.engine.backend.AttentionKernels;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.ComputeMark;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.EmbeddingKernels;
import dev.gantry.engine.backend.GroupedKernels;
import dev.gantry.engine.backend.KernelWork;
import dev.gantry.engine.backend.LossKernels;
import dev.gantry.engine.backend.MatmulKernels;
import dev.gantry.engine.backend.NormKernels;
import dev.gantry.engine.backend.OffDeviceKernels;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.backend.RepeatedWork;
import dev.gantry.engine.backend.RotaryKernels;
import dev.gantry.engine.backend.SamplingKernels;
import dev.gantry.engine.cpu.WorkerPool;
import dev.gantry.engine.cpu.kernels.KernelLookup;
import dev.gantry.engine.cpu.kernels.KernelSet;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Memory;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One NVIDIA card. Kernels are enqueued on one compute stream by one thread; matrices lie where the card can reach
/// them ({@link CudaArena}). The context stays with its owner.
public final class CudaBackend implements Backend {
    private final CudaContext context;
    private final KernelModules modules;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final CudaStream stream;
    private final IdFaults faults;
    private final CudaMemory memory;
    private final CudaMemory hostMemory;
    private final KernelMemory kernelMemory;
    private final DeviceScratch conversions;
    private final String description;
    private final MatmulKernels matmul;
    private final NormKernels norms;
    private final RotaryKernels rotary;
    private final AttentionKernels attention;
    private final ActivationKernels activations;
    private final EmbeddingKernels embeddings;
    private final LossKernels losses;
    private final OptimizerKernels optimizers;
    private final ElementKernels elements;
    private final GroupedKernels grouped;
    private final SamplingKernels sampling;

    /// @param compiler for the kernels, such as {@link Nvrtc} in a {@link KernelCache}
    /// @throws CudaException when the driver refuses what is needed from the start
    public CudaBackend(CudaContext context, KernelCompiler compiler) {
        this(context, compiler, null);
    }

    /// @param products multiplies matrices where it can; null leaves them to our own kernels
    /// @throws CudaException when the driver or the library refuses what is needed from the start
    public CudaBackend(CudaContext context, KernelCompiler compiler, @Nullable CublasLt products) {
        this.context = context;
        modules = own(new KernelModules(context, compiler));
        stream = own(new CudaStream(context));
        faults = own(new IdFaults(stream));
        Launcher launcher = own(new Launcher(stream, modules));
        memory = own(new CudaMemory(context, CudaArena.Kind.DEVICE));
        hostMemory = own(new CudaMemory(context, CudaArena.Kind.PINNED));
        kernelMemory = new KernelMemory(modules, context.capability(), products != null);
        conversions = own(new DeviceScratch(stream));
        DeviceDoubles scratch = own(new DeviceDoubles(context));
        elements = new CudaElements(launcher, scratch, new CudaCopies(stream, conversions));
        CudaMatmul ownProducts = new CudaMatmul(launcher, elements);
        matmul = products == null ? ownProducts : cublas(products, launcher, ownProducts);
        norms = new CudaNorms(launcher);
        rotary = new CudaRotary(launcher);
        attention = new CudaAttention(launcher, own(new DeviceScratch(stream)));
        grouped = new CudaGrouped(launcher, own(new DeviceScratch(stream)), matmul);
        sampling = new CudaSampling(launcher, own(new DeviceScratch(stream)));
        activations = new CudaActivations(launcher);
        embeddings = new CudaEmbeddings(launcher, faults);
        losses = new CudaLosses(launcher, faults);
        optimizers = new CudaOptimizers(launcher, elements, scratch);
        description = "cuda (" + context.name() + ", compute capability " + context.capability() + "; own kernels, "
                + compiler.version() + (products == null ? "" : "; products by " + products.version()) + ")";
    }

    private MatmulKernels cublas(CublasLt products, Launcher launcher, CudaMatmul ownProducts) {
        try {
            return own(new CublasMatmul(products, launcher, ownProducts));
        } catch (CudaException e) {
            close();
            throw e;
        }
    }

    private synchronized <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    /// Where kernels are enqueued.
    CudaStream stream() {
        return stream;
    }

    /// Memory of the card for somebody else's use, given back with this backend.
    DeviceScratch scratch() {
        return own(new DeviceScratch(stream));
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public MatmulKernels matmul() {
        return matmul;
    }

    @Override
    public NormKernels norms() {
        return norms;
    }

    @Override
    public RotaryKernels rotary() {
        return rotary;
    }

    @Override
    public AttentionKernels attention() {
        return attention;
    }

    @Override
    public ActivationKernels activations() {
        return activations;
    }

    @Override
    public EmbeddingKernels embeddings() {
        return embeddings;
    }

    @Override
    public LossKernels losses() {
        return losses;
    }

    @Override
    public OptimizerKernels optimizers() {
        return optimizers;
    }

    @Override
    public ElementKernels elements() {
        return elements;
    }

    @Override
    public GroupedKernels grouped() {
        return grouped;
    }

    @Override
    public SamplingKernels sampling() {
        return sampling;
    }

    /// On a stream of their own, which lives as long as this backend.
    @Override
    public ElementKernels transferElements() {
        CudaStream transfers = own(new CudaStream(context));
        Launcher launcher = own(new Launcher(transfers, modules));
        DeviceDoubles scratch = own(new DeviceDoubles(context));
        CudaCopies copies = new CudaCopies(transfers, conversions);
        return new TransferElements(stream, transfers, new CudaElements(launcher, scratch, copies));
    }

    @Override
    public ComputeMark mark() {
        return new CudaMark(stream);
    }

    /// Launched as graphs, where the driver has them.
    @Override
    public RepeatedWork repeatedWork() {
        return CudaGraph.isOffered(context.use()) ? new GraphedWork(stream) : RepeatedWork.PLAIN;
    }

    @Override
    public DType narrowType() {
        return context.capability().narrowType();
    }

    @Override
    public Memory memory() {
        return memory;
    }

    /// Pinned.
    @Override
    public Memory hostMemory() {
        return hostMemory;
    }

    @Override
    public long besideMatrices(KernelWork work) {
        return kernelMemory.bytes(work);
    }

    /// The processor's kernels, and copies to the card on a stream of their own.
    @Override
    public OffDeviceKernels offDevice(int threads) {
        WorkerPool pool = new WorkerPool(threads);
        KernelSet set = KernelLookup.choose(pool);
        ElementKernels elements = new BesideCard(set.elements(), transferElements());
        return new OffDeviceKernels(set.optimizers(), elements, pool::close);
    }

    /// @throws IndexOutOfBoundsException when a kernel met an id or label outside its table since the last wait
    @Override
    public void synchronize() {
        stream.synchronize();
        faults.check();
    }

    @Override
    public synchronized void close() {
        stream.synchronize();
        while (!owned.isEmpty()) {
            close(owned.pop());
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("what a backend owns closes without checked exceptions", e);
        }
    }
}
