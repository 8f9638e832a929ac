package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.MatmulKernels.Layout;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who multiplies what, how often the library is asked, and what becomes of its refusals: on a library on the host.
class CublasPlansTest {
    private static final String ASK = "cublasLtMatmulAlgoGetHeuristic";
    private static final String MULTIPLY = "cublasLtMatmul";
    private static final String LAUNCH = "cuLaunchKernel";

    private final HostCuda cuda = HostCuda.open();
    private final FakeCublas cublas = FakeCublas.open();
    private final int live = cublas.live();
    private final CudaBackend backend = cuda.backend(cublas.products());
    private final RandomMatrices make = cuda.matrices("CublasPlansTest");

    @BeforeEach
    void onTheHost() {
        cuda.assumeHost();
    }

    @AfterEach
    void close() {
        cublas.fail("", 0);
        make.close();
        backend.close();
        cuda.close();
        assertThat(cublas.live()).isEqualTo(live);
    }

    private void multiply(Matrix a, Matrix b, @Nullable Matrix bias, Matrix c) {
        backend.matmul().multiply(Layout.NT, 1, a, b, bias, c, Accumulate.OVERWRITE);
    }

    private Matrix random(DType dtype, int rows, int columns) {
        return make.normal(dtype, rows, columns);
    }

    @Test
    void libraryIsAskedOnce_forAShape_whateverTheMemory() {
        int asked = cublas.calls(ASK);
        int multiplied = cublas.calls(MULTIPLY);
        for (int i = 0; i < 5; i++) {
            multiply(random(DType.BF16, 20, 24), random(DType.BF16, 10, 24), null, make.zeros(DType.F32, 20, 10));
        }
        assertThat(cublas.calls(ASK)).isEqualTo(asked + 1);
        assertThat(cublas.calls(MULTIPLY)).isEqualTo(multiplied + 5);
        multiply(random(DType.BF16, 21, 24), random(DType.BF16, 10, 24), null, make.zeros(DType.F32, 21, 10));
        Matrix shifted = make.zeros(DType.BF16, 20, 25).columns(1, 24);
        multiply(shifted, random(DType.BF16, 10, 24), null, make.zeros(DType.F32, 20, 10));
        assertThat(cublas.calls(ASK)).as("other extents, other strides").isEqualTo(asked + 3);
    }

    @Test
    void whatTheLibraryDoesNotJoin_isOurs() {
        int multiplied = cublas.calls(MULTIPLY);
        Matrix a = random(DType.BF16, 20, 24);
        Matrix b = random(DType.BF16, 10, 24);
        multiply(random(DType.F32, 20, 24), b, null, make.zeros(DType.F32, 20, 10)); // two types
        multiply(a.rows(0, 8), b, null, make.zeros(DType.F32, 8, 10)); // few rows
        multiply(a, b, random(DType.F32, 1, 10), make.zeros(DType.BF16, 20, 10)); // a bias finer than the output
        int asked = cublas.calls(ASK);
        for (int i = 0; i < 3; i++) {
            Matrix halves = random(DType.F16, 20, 24);
            multiply(halves, random(DType.F16, 10, 24), null, make.zeros(DType.BF16, 20, 10)); // two narrow types
        }
        assertThat(cublas.calls(ASK)).isEqualTo(asked + 1);
        assertThat(cublas.calls(MULTIPLY)).isEqualTo(multiplied);
    }

    @Test
    void biasOfTheOutputsType_isTheLibrarys_andAnyOtherLiesInTheOutputBefore() {
        Matrix a = random(DType.BF16, 20, 24);
        Matrix b = random(DType.BF16, 10, 24);
        int launched = cuda.calls(LAUNCH);
        int multiplied = cublas.calls(MULTIPLY);
        multiply(a, b, random(DType.F32, 1, 10), make.zeros(DType.F32, 20, 10));
        multiply(a, b, random(DType.BF16, 1, 10), make.zeros(DType.BF16, 20, 10));
        Matrix halves = random(DType.F16, 20, 24);
        multiply(halves, random(DType.F16, 10, 24), random(DType.F16, 1, 10), make.zeros(DType.F16, 20, 10));
        assertThat(cuda.calls(LAUNCH)).isEqualTo(launched);
        multiply(a, b, random(DType.BF16, 1, 10), make.zeros(DType.F32, 20, 10));
        assertThat(cuda.calls(LAUNCH)).isEqualTo(launched + 1);
        assertThat(cublas.calls(MULTIPLY)).isEqualTo(multiplied + 4);
    }

    /// As the second product of an adapter: no kernel of ours adds what the library can add.
    @Test
    void whatIsAddedToTheOutput_isOneCall() {
        Matrix c = random(DType.BF16, 20, 10);
        Matrix xa = random(DType.BF16, 20, 4);
        Matrix b = random(DType.BF16, 10, 4);
        int launched = cuda.calls(LAUNCH);
        int multiplied = cublas.calls(MULTIPLY);
        backend.matmul().multiply(Layout.NT, 1, xa, b, null, c, Accumulate.ADD);
        assertThat(cuda.calls(LAUNCH)).isEqualTo(launched);
        assertThat(cublas.calls(MULTIPLY)).isEqualTo(multiplied + 1);
    }

    @Test
    void libraryWithoutAnAlgorithm_leavesTheProductToUs() {
        Matrix a = random(DType.F32, 20, 24);
        Matrix b = random(DType.F32, 10, 24);
        Matrix expected = make.zeros(DType.F32, 20, 10);
        try (CudaBackend plain = cuda.backend()) {
            plain.matmul().multiply(Layout.NT, 1, a, b, null, expected, Accumulate.OVERWRITE);
        }
        for (int status : new int[] {CublasLt.NOT_SUPPORTED, CublasLt.ARCH_MISMATCH}) {
            cublas.fail(ASK, status);
            Matrix c = make.zeros(DType.F32, 20, 10);
            try (CudaBackend fresh = cuda.backend(cublas.products())) {
                fresh.matmul().multiply(Layout.NT, 1, a, b, null, c, Accumulate.OVERWRITE);
            }
            assertThat(c.data().mismatch(expected.data())).isEqualTo(-1);
        }
    }

    @Test
    void refusedCalls_nameThemselves() {
        Matrix a = random(DType.F32, 20, 24);
        Matrix b = random(DType.F32, 10, 24);
        Matrix c = make.zeros(DType.F32, 20, 10);
        for (String call : new String[] {"cublasLtMatrixLayoutCreate", ASK, MULTIPLY}) {
            cublas.fail(call, 7);
            assertThatThrownBy(() -> multiply(a, b, null, c))
                    .isInstanceOfSatisfying(
                            CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-PRODUCT"))
                    .hasMessageContaining(call + " gave CUBLAS_STATUS_INVALID_VALUE (7): as the fake library was told");
        }
        cublas.fail(MULTIPLY, CublasLt.EXECUTION_FAILED);
        assertThatThrownBy(() -> multiply(a, b, null, c))
                .isInstanceOfSatisfying(
                        CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"))
                .hasMessageContaining("CUBLAS_STATUS_EXECUTION_FAILED (13)");
        cublas.fail("cublasLtCreate", 1);
        long before = cuda.usedBytes();
        assertThatThrownBy(() -> cuda.backend(cublas.products())).isInstanceOf(CudaException.class);
        assertThat(cuda.usedBytes()).isEqualTo(before);
    }

    @Test
    void workspaceIsTakenOnce_andGivenBack() {
        long before = cuda.usedBytes();
        try (CudaBackend plain = cuda.backend()) {
            long ofPlain = cuda.usedBytes() - before;
            try (CudaBackend _ = cuda.backend(cublas.products())) {
                assertThat(cuda.usedBytes()).isEqualTo(before + 2 * ofPlain + CublasMatmul.WORKSPACE_BYTES);
            }
            assertThat(plain.description()).doesNotContain("cublasLt");
        }
        assertThat(cuda.usedBytes()).isEqualTo(before);
    }
}
