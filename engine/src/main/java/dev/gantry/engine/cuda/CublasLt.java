package dev.gantry.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gantry.engine.foreign.ForeignCall;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/// NVIDIA's cuBLASLt by its C interface, of CUDA 12 or 13: every status is checked here, and what fails names its call.
/// Numbers and sizes are those of `cublasLt.h` and `cublas_api.h` of cuBLAS 13.1, most of them since CUDA 10.1.
@SuppressWarnings("restricted") // calling C is what this class is for
public final class CublasLt {
    /// `cublasStatus_t`.
    static final int EXECUTION_FAILED = 13;

    static final int ARCH_MISMATCH = 8;
    static final int NOT_SUPPORTED = 15;

    /// CUDA 12.0, as `cublasLtGetVersion` writes it.
    private static final long OLDEST = 120_000;

    private static final List<String> FUNCTIONS = List.of(
            "cublasLtCreate",
            "cublasLtDestroy",
            "cublasLtMatmul",
            "cublasLtMatmulAlgoGetHeuristic",
            "cublasLtMatmulDescCreate",
            "cublasLtMatmulDescSetAttribute",
            "cublasLtMatmulDescDestroy",
            "cublasLtMatrixLayoutCreate",
            "cublasLtMatrixLayoutDestroy",
            "cublasLtMatmulPreferenceCreate",
            "cublasLtMatmulPreferenceSetAttribute",
            "cublasLtMatmulPreferenceDestroy",
            "cublasLtGetStatusName",
            "cublasLtGetStatusString");
    private static final Linker LINKER = Linker.nativeLinker();
    /// Pointers into the card's memory are numbers here.
    private static final MethodHandle MATMUL = LINKER.downcallHandle(FunctionDescriptor.of(
            JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS,
            JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
    private static final MethodHandle SET_ATTRIBUTE =
            LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final int LONGEST_TEXT = 1024;

    private final NativeLibrary library;
    private final long version;
    private final MemorySegment matmul;
    private final MemorySegment setDescription;

    private CublasLt(NativeLibrary library, long version) {
        this.library = library;
        this.version = version;
        matmul = library.find("cublasLtMatmul");
        setDescription = library.find("cublasLtMatmulDescSetAttribute");
    }

    /// @param nameOrPath of `libcublasLt`
    /// @return empty when it cannot be loaded, is no cuBLASLt, or is one of CUDA 11 or older
    public static Optional<CublasLt> open(String nameOrPath) {
        return NativeLibrary.open(nameOrPath)
                .filter(library -> library.has("cublasLtGetVersion"))
                .filter(library -> FUNCTIONS.stream().allMatch(library::has))
                .map(library -> new CublasLt(library, (long) library.invoke("cublasLtGetVersion", JAVA_LONG)))
                .filter(library -> library.version >= OLDEST);
    }

    /// Such as `cublasLt 13.1.0`.
    public String version() {
        return "cublasLt " + version / 10_000 + "." + version % 10_000 / 100 + "." + version % 100;
    }

    /// Calls a function by name. For what happens seldom.
    ///
    /// @throws CudaException when it does not return 0
    void call(String function, Object... arguments) {
        check(function, library.call(function, arguments));
    }

    /// Calls a function whose status says more than failure.
    int status(String function, Object... arguments) {
        return library.call(function, arguments);
    }

    /// Calls a function whose first parameter receives a handle, and returns it.
    MemorySegment create(String function, Object... arguments) {
        return ForeignCall.create(all -> call(function, all), arguments);
    }

    /// Sets an attribute of a description of a product.
    ///
    /// @param value of exactly the attribute's size
    void setAttribute(MemorySegment description, int attribute, MemorySegment value) {
        int status;
        try {
            status = (int) SET_ATTRIBUTE.invokeExact(setDescription, description, attribute, value, value.byteSize());
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        check("cublasLtMatmulDescSetAttribute", status);
    }

    /// Enqueues `out = alpha · left · right + beta · out` as columns lie in memory.
    ///
    /// @param scalars alpha and beta, f32; read before this returns
    void multiply(
            MemorySegment handle,
            ProductPlan plan,
            MemorySegment scalars,
            long left,
            long right,
            long out,
            long workspace,
            long workspaceBytes,
            MemorySegment stream) {
        int status;
        try {
            status = (int) MATMUL.invokeExact(
                    matmul,
                    handle,
                    plan.description(),
                    scalars,
                    left,
                    plan.left(),
                    right,
                    plan.right(),
                    scalars.asSlice(Float.BYTES),
                    out,
                    plan.out(),
                    out,
                    plan.out(),
                    plan.algorithm(),
                    workspace,
                    workspaceBytes,
                    stream);
        } catch (Throwable e) {
            throw ForeignCall.impossible(e);
        }
        check("cublasLtMatmul", status);
    }

    void check(String call, int status) {
        if (status != 0) {
            throw CudaException.ofProduct(
                    call, status, text("cublasLtGetStatusName", status), text("cublasLtGetStatusString", status));
        }
    }

    private String text(String function, int status) {
        MemorySegment text = (MemorySegment) library.invoke(function, ADDRESS, status);
        return text.equals(MemorySegment.NULL)
                ? "unknown"
                : text.reinterpret(LONGEST_TEXT).getString(0);
    }
}
