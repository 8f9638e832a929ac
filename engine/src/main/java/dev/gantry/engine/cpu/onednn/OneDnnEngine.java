package dev.gantry.engine.cpu.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gantry.engine.cpu.matmul.Scratch;
import dev.gantry.engine.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One engine of oneDNN with a stream and scratch memory for each worker.
final class OneDnnEngine implements AutoCloseable {
    private static final int KIND_CPU = 1;
    private static final int IN_ORDER = 1;
    private static final int FORMAT_ANY = 1;
    private static final int QUERY_WEIGHTS = 131;
    private static final int ROWS_ON_THE_LEFT = 256;

    private final OneDnnLibrary library;
    private final MemorySegment handle;
    private final MemorySegment[] streams;
    private final Scratch[] scratches;

    OneDnnEngine(OneDnnLibrary library, int workers) {
        this.library = library;
        library.useCallingThreadAlone();
        handle = library.create("dnnl_engine_create", KIND_CPU, 0L);
        streams = new MemorySegment[workers];
        scratches = new Scratch[workers];
        for (int i = 0; i < workers; i++) {
            streams[i] = library.create("dnnl_stream_create", handle, IN_ORDER);
            scratches[i] = new Scratch();
        }
    }

    OneDnnLibrary library() {
        return library;
    }

    MemorySegment handle() {
        return handle;
    }

    int workers() {
        return streams.length;
    }

    MemorySegment stream(int worker) {
        return streams[worker];
    }

    /// Memory of one worker, at least so large; its former content is lost.
    MemorySegment scratch(int worker, long bytes) {
        return scratches[worker].atLeast(bytes);
    }

    /// A new description of `[rows, columns]`; the caller destroys it.
    ///
    /// @param transposed the memory holds `[columns, rows]`
    MemorySegment describe(long rows, long columns, DType type, long stride, boolean transposed) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment extents = arena.allocateFrom(JAVA_LONG, rows, columns);
            MemorySegment strides =
                    transposed ? arena.allocateFrom(JAVA_LONG, 1, stride) : arena.allocateFrom(JAVA_LONG, stride, 1);
            return library.create("dnnl_memory_desc_create_with_strides", 2, extents, typeCode(type), strides);
        }
    }

    /// A new description of weights `[k, n]` in the order that oneDNN likes best; the caller destroys it. The order
    /// follows from the extents and the type alone: it is asked for with a fixed number of rows on the left.
    MemorySegment describePacked(long k, long n, DType type) {
        MemorySegment left = describe(ROWS_ON_THE_LEFT, k, type, k, false);
        MemorySegment output = describe(ROWS_ON_THE_LEFT, n, DType.F32, n, false);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment extents = arena.allocateFrom(JAVA_LONG, k, n);
            MemorySegment any =
                    library.create("dnnl_memory_desc_create_with_tag", 2, extents, typeCode(type), FORMAT_ANY);
            MemorySegment product = library.create(
                    "dnnl_matmul_primitive_desc_create",
                    handle,
                    left,
                    any,
                    MemorySegment.NULL,
                    output,
                    MemorySegment.NULL);
            Object chosen = library.invoke("dnnl_primitive_desc_query_md", ADDRESS, product, QUERY_WEIGHTS, 0);
            MemorySegment copy = library.create("dnnl_memory_desc_clone", chosen);
            library.call("dnnl_primitive_desc_destroy", product);
            library.call("dnnl_memory_desc_destroy", any);
            return copy;
        } finally {
            library.call("dnnl_memory_desc_destroy", left);
            library.call("dnnl_memory_desc_destroy", output);
        }
    }

    /// Size of the memory that a description describes.
    long bytes(MemorySegment description) {
        return (long) library.invoke("dnnl_memory_desc_get_size", JAVA_LONG, description);
    }

    static int typeCode(DType type) {
        return switch (type) {
            case F32 -> 3;
            case BF16 -> 2;
            case F16 -> 1;
            case F64, I64, I32, I16, I8, U8, BOOL ->
                throw new IllegalArgumentException("oneDNN multiplies floating types here, not " + type);
        };
    }

    @Override
    public void close() {
        for (int i = 0; i < streams.length; i++) {
            library.call("dnnl_stream_destroy", streams[i]);
            scratches[i].close();
        }
        library.call("dnnl_engine_destroy", handle);
    }
}
