package dev.gantry.engine.cpu.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.onednn.ProductKey.Bias;
import dev.gantry.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// One product of fixed extents, types and strides, compiled by oneDNN; each worker has its own argument list.
final class MatmulPrimitive implements AutoCloseable {
    private static final int ARG_SRC = 1;
    private static final int ARG_DST = 17;
    private static final int ARG_WEIGHTS = 33;
    private static final int ARG_BIAS = 41;
    private static final int ARG_SCRATCHPAD = 80;
    private static final int QUERY_IMPLEMENTATION = 8;
    private static final int QUERY_SCRATCHPAD = 136;
    private static final int SCRATCHPAD_BY_USER = 1;
    private static final int ELTWISE_LINEAR = 38;
    private static final int ARGUMENT_BYTES = 16;

    private final OneDnnEngine engine;
    private final OneDnnLibrary library;
    private final Arena arena = Arena.ofShared();
    private final List<Runnable> releases = new ArrayList<>();
    private final MemorySegment descriptor;
    private final MemorySegment primitive;
    private final String implementation;
    private final long scratchBytes;
    private final int argumentCount;
    private final Arguments[] arguments;
    /// Calls that hold this primitive now; guarded by the cache.
    int users;
    /// No longer in the cache; freed with the last user.
    boolean dropped;

    /// @throws OneDnnException when oneDNN has no such product
    MatmulPrimitive(OneDnnEngine engine, ProductKey key) {
        this.engine = engine;
        library = engine.library();
        try {
            MemorySegment source = rows(key.m(), key.k(), key.left(), key.aStride(), key.layout() == Layout.TN);
            MemorySegment weights = weights(key);
            MemorySegment bias =
                    key.bias() == Bias.NONE ? MemorySegment.NULL : rows(1, key.n(), DType.F32, key.n(), false);
            MemorySegment output = rows(key.m(), key.n(), key.output(), key.cStride(), false);
            MemorySegment attributes = attributes(key);
            descriptor = own(
                    "dnnl_primitive_desc_destroy",
                    library.create(
                            "dnnl_matmul_primitive_desc_create",
                            engine.handle(),
                            source,
                            weights,
                            bias,
                            output,
                            attributes));
            implementation = implementation();
            primitive = own("dnnl_primitive_destroy", library.create("dnnl_primitive_create", descriptor));
            MemorySegment scratch = query(QUERY_SCRATCHPAD);
            scratchBytes = engine.bytes(scratch);
            argumentCount = key.bias() == Bias.NONE ? 4 : 5;
            arguments = new Arguments[engine.workers()];
            for (int worker = 0; worker < arguments.length; worker++) {
                arguments[worker] = new Arguments(source, weights, output, scratch, bias);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private MemorySegment rows(long rows, long columns, DType type, long stride, boolean transposed) {
        return own("dnnl_memory_desc_destroy", engine.describe(rows, columns, type, stride, transposed));
    }

    private MemorySegment weights(ProductKey key) {
        return switch (key.order()) {
            case ROWS -> rows(key.k(), key.n(), key.right(), key.bStride(), key.layout() == Layout.NT);
            case PACKED -> own("dnnl_memory_desc_destroy", engine.describePacked(key.k(), key.n(), key.right()));
        };
    }

    /// `alpha · product`, then `+ c`; the bias comes before both, so a key never has a bias and another alpha than 1.
    private MemorySegment attributes(ProductKey key) {
        MemorySegment attributes = own("dnnl_primitive_attr_destroy", library.create("dnnl_primitive_attr_create"));
        library.call("dnnl_primitive_attr_set_scratchpad_mode", attributes, SCRATCHPAD_BY_USER);
        MemorySegment steps = library.create("dnnl_post_ops_create");
        if (key.alpha() != 1) {
            library.call("dnnl_post_ops_append_eltwise", steps, ELTWISE_LINEAR, key.alpha(), 0f);
        }
        if (key.accumulate() == Accumulate.ADD) {
            library.call("dnnl_post_ops_append_sum", steps, 1f, 0, OneDnnEngine.typeCode(key.output()));
        }
        library.call("dnnl_primitive_attr_set_post_ops", attributes, steps);
        library.call("dnnl_post_ops_destroy", steps);
        return attributes;
    }

    @SuppressWarnings("restricted") // a C string whose length only its end tells
    private String implementation() {
        MemorySegment name = arena.allocate(ADDRESS);
        library.call("dnnl_primitive_desc_query", descriptor, QUERY_IMPLEMENTATION, 0, name);
        return name.get(ADDRESS, 0).reinterpret(256).getString(0);
    }

    /// A description that belongs to the primitive's descriptor.
    private MemorySegment query(int what) {
        return (MemorySegment) library.invoke("dnnl_primitive_desc_query_md", ADDRESS, descriptor, what, 0);
    }

    private MemorySegment own(String destroy, MemorySegment handle) {
        releases.add(() -> library.call(destroy, handle));
        return handle;
    }

    /// Name of oneDNN's kernel, e.g. `brg_matmul:avx512_core`; one that starts with `ref` is hopelessly slow.
    String implementationName() {
        return implementation;
    }

    /// Computes one tile on the calling thread. The addresses are those of the first elements; bias may be 0.
    void run(int worker, long a, long b, long bias, long c) {
        library.useCallingThreadAlone();
        arguments[worker].point(a, b, c, engine.scratch(worker, scratchBytes).address(), bias);
        library.execute(primitive, engine.stream(worker), argumentCount, arguments[worker].list);
    }

    @Override
    public void close() {
        for (Runnable release : releases.reversed()) {
            release.run();
        }
        releases.clear();
        arena.close();
    }

    /// The memory objects of one worker and the list that oneDNN takes.
    private final class Arguments {
        private final MemorySegment list = arena.allocate(5L * ARGUMENT_BYTES, 8);
        private final MemorySegment a;
        private final MemorySegment b;
        private final MemorySegment c;
        private final MemorySegment scratch;
        private final MemorySegment bias;

        Arguments(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment scratch, MemorySegment bias) {
            this.a = entry(0, ARG_SRC, a);
            this.b = entry(1, ARG_WEIGHTS, b);
            this.c = entry(2, ARG_DST, c);
            this.scratch = entry(3, ARG_SCRATCHPAD, scratch);
            this.bias = argumentCount == 5 ? entry(4, ARG_BIAS, bias) : MemorySegment.NULL;
        }

        private MemorySegment entry(int index, int argument, MemorySegment description) {
            MemorySegment memory = own(
                    "dnnl_memory_destroy",
                    library.create("dnnl_memory_create", description, engine.handle(), MemorySegment.NULL));
            list.set(JAVA_INT, (long) index * ARGUMENT_BYTES, argument);
            list.set(ADDRESS, (long) index * ARGUMENT_BYTES + 8, memory);
            return memory;
        }

        void point(long aData, long bData, long cData, long scratchData, long biasData) {
            library.setData(a, aData);
            library.setData(b, bData);
            library.setData(c, cData);
            library.setData(scratch, scratchData);
            if (argumentCount == 5) {
                library.setData(bias, biasData);
            }
        }
    }
}
