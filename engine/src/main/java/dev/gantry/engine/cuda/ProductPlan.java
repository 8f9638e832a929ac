package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How cuBLASLt multiplies matrices of one shape: descriptions, and the algorithm that it proposed first.
///
/// The library's columns are our rows: of `c = a·b` it computes `cᵀ = bᵀ·aᵀ`, b on the left. Its bias, one value for
/// each of its rows, is one for each of our columns.
final class ProductPlan implements AutoCloseable {
    /// `CUBLAS_COMPUTE_32F`, and `cudaDataType`.
    private static final int COMPUTE_F32 = 68;

    private static final int CUDA_F32 = 0;
    private static final int CUDA_F16 = 2;
    private static final int CUDA_BF16 = 14;

    /// `cublasLtMatmulDescAttributes_t`, `cublasOperation_t`, `cublasLtEpilogue_t`.
    private static final int TRANSPOSES_LEFT = 3;

    private static final int TRANSPOSES_RIGHT = 4;
    private static final int EPILOGUE = 7;
    private static final int BIAS_POINTER = 8;
    private static final int TRANSPOSED = 1;
    private static final int EPILOGUE_DEFAULT = 1;
    private static final int EPILOGUE_BIAS = 4;

    private final Arena arena = Arena.ofShared();
    private final Deque<Runnable> owned = new ArrayDeque<>();
    private final CublasLt library;
    private final MemorySegment description;
    private final MemorySegment left;
    private final MemorySegment right;
    private final MemorySegment out;
    private final MemorySegment algorithm = arena.allocate(ProductProposals.ALGORITHM_BYTES, Long.BYTES);
    private final MemorySegment pointer = arena.allocate(JAVA_LONG);

    private ProductPlan(CublasLt library, ProductShape shape) {
        this.library = library;
        boolean deepRight = shape.layout() == Layout.TN; // k runs down the rows of a
        boolean deepLeft = shape.layout() != Layout.NT; // and of b
        int m = shape.m();
        int n = shape.n();
        int k = shape.k();
        try {
            description =
                    own("cublasLtMatmulDescDestroy", library.create("cublasLtMatmulDescCreate", COMPUTE_F32, CUDA_F32));
            left = layout(shape.input(), deepLeft ? n : k, deepLeft ? k : n, shape.bStride());
            right = layout(shape.input(), deepRight ? m : k, deepRight ? k : m, shape.aStride());
            out = layout(shape.output(), n, m, shape.cStride());
            set(TRANSPOSES_LEFT, deepLeft ? 0 : TRANSPOSED);
            set(TRANSPOSES_RIGHT, deepRight ? TRANSPOSED : 0);
            set(EPILOGUE, shape.hasBias() ? EPILOGUE_BIAS : EPILOGUE_DEFAULT);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private MemorySegment own(String destroy, MemorySegment handle) {
        owned.push(() -> library.call(destroy, handle));
        return handle;
    }

    /// Asks the library once.
    ///
    /// @param bias what the product adds itself; its address says how it is aligned
    /// @return empty when the library multiplies no such matrices
    static Optional<ProductPlan> find(
            CublasLt library, MemorySegment handle, ProductShape shape, @Nullable Matrix bias, long workspaceBytes) {
        ProductPlan plan = new ProductPlan(library, shape);
        boolean found = false;
        try {
            plan.bias(bias);
            found = ProductProposals.choose(library, handle, plan, shape, workspaceBytes);
            return found ? Optional.of(plan) : Optional.empty();
        } finally {
            if (!found) {
                plan.close();
            }
        }
    }

    private MemorySegment layout(DType dtype, int rows, int columns, long stride) {
        String create = "cublasLtMatrixLayoutCreate";
        MemorySegment layout = library.create(create, number(dtype), (long) rows, (long) columns, stride);
        return own("cublasLtMatrixLayoutDestroy", layout);
    }

    private static int number(DType dtype) {
        return switch (dtype) {
            case F32 -> CUDA_F32;
            case F16 -> CUDA_F16;
            case BF16 -> CUDA_BF16;
            case F64, I64, I32, I16, I8, U8, BOOL -> throw Elements.unsupported(dtype);
        };
    }

    private void set(int attribute, int value) {
        try (Arena call = Arena.ofConfined()) {
            library.setAttribute(description, attribute, call.allocateFrom(JAVA_INT, value));
        }
    }

    /// Where the bias of the next product lies; null where the product has none.
    void bias(@Nullable Matrix bias) {
        if (bias != null) {
            pointer.set(JAVA_LONG, 0, bias.data().address());
            library.setAttribute(description, BIAS_POINTER, pointer);
        }
    }

    MemorySegment description() {
        return description;
    }

    MemorySegment left() {
        return left;
    }

    MemorySegment right() {
        return right;
    }

    MemorySegment out() {
        return out;
    }

    MemorySegment algorithm() {
        return algorithm;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().run();
        }
        arena.close();
    }
}
