package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gantry.engine.foreign.ForeignCall;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// Kernels one after the other that a driver of CUDA 12 or later starts with one call. Their numbers may change from
/// one start to the next, and so may how many blocks run them.
@SuppressWarnings("restricted") // calling C without linking anew each time
final class CudaGraph implements AutoCloseable {
    private static final List<String> FUNCTIONS = List.of(
            "cuGraphCreate",
            "cuGraphAddKernelNode_v2",
            "cuGraphInstantiateWithFlags",
            "cuGraphExecKernelNodeSetParams_v2",
            "cuGraphLaunch",
            "cuGraphExecDestroy",
            "cuGraphDestroy");
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SET_NODE =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle LAUNCH = LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment node = arena.allocate(HeldLaunch.NODE_BYTES, Long.BYTES);
    private final CudaContext context;
    private final MemorySegment setNode;
    private final MemorySegment launch;
    private final MemorySegment graph;
    private final MemorySegment executable;
    private final MemorySegment[] nodes;

    static boolean isOffered(CudaDriver driver) {
        return FUNCTIONS.stream().allMatch(driver::has);
    }

    /// @param launches read before this returns
    /// @throws CudaException when the driver refuses it
    CudaGraph(CudaContext context, LaunchList launches) {
        this.context = context;
        CudaDriver driver = context.use();
        setNode = driver.find("cuGraphExecKernelNodeSetParams_v2");
        launch = driver.find("cuGraphLaunch");
        nodes = new MemorySegment[launches.size()];
        graph = driver.create("cuGraphCreate", 0);
        boolean complete = false;
        try {
            addAll(driver, launches);
            executable = driver.create("cuGraphInstantiateWithFlags", graph, 0L);
            complete = true;
        } finally {
            if (!complete) {
                driver.call("cuGraphDestroy", graph);
                arena.close();
            }
        }
    }

    /// Each waits for the one before it.
    private void addAll(CudaDriver driver, LaunchList launches) {
        MemorySegment before = arena.allocate(ADDRESS);
        for (int i = 0; i < nodes.length; i++) {
            launches.get(i).describe(node);
            nodes[i] = driver.create("cuGraphAddKernelNode_v2", graph, before, Math.min(i, 1L), node);
            before.set(ADDRESS, 0, nodes[i]);
        }
    }

    /// Changes what is not as in the launches before; starts that were enqueued are as they were.
    void update(LaunchList launches, LaunchList before) {
        CudaDriver driver = context.use();
        for (int i = 0; i < nodes.length; i++) {
            if (!launches.get(i).isSameAs(before.get(i))) {
                launches.get(i).describe(node);
                set(driver, nodes[i]);
            }
        }
    }

    private void set(CudaDriver driver, MemorySegment which) {
        int status;
        try {
            status = (int) SET_NODE.invokeExact(setNode, executable, which, node);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        driver.check("cuGraphExecKernelNodeSetParams_v2", status);
    }

    /// Enqueues all of them.
    void launch(CudaStream stream) {
        CudaDriver driver = context.use();
        int status;
        try {
            status = (int) LAUNCH.invokeExact(launch, executable, stream.handle());
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        driver.check("cuGraphLaunch", status);
    }

    /// What was enqueued comes to its end.
    @Override
    public void close() {
        CudaDriver driver = context.use();
        driver.call("cuGraphExecDestroy", executable);
        driver.call("cuGraphDestroy", graph);
        arena.close();
    }
}
