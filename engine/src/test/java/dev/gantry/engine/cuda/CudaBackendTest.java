package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cuda.CudaArena.Kind;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Memory, streams and failures of the driver layer, on a driver that runs on the host.
class CudaBackendTest {
    final HostCuda cuda = HostCuda.open();

    @BeforeEach
    void onTheHost() {
        cuda.assumeHost();
    }

    @AfterEach
    void close() {
        cuda.close();
    }

    @Test
    void everythingThatWasTaken_isGivenBack() {
        long before = cuda.usedBytes();
        int modules = cuda.calls("cuModuleLoadData") - cuda.calls("cuModuleUnload");
        int streams = cuda.calls("cuStreamCreate") - cuda.calls("cuStreamDestroy_v2");
        int events = cuda.calls("cuEventCreate") - cuda.calls("cuEventDestroy_v2");
        try (CudaBackend backend = cuda.backend();
                TensorArena arena = TensorArena.over(
                        new CudaArena(cuda.context(), Kind.DEVICE, 1 << 16),
                        MemoryAccount.unlimited("device"),
                        "test")) {
            Matrix x = arena.matrix(DType.F32, 3, 5);
            backend.transferElements().fill(x, 2);
            assertThat(backend.elements().sumOfSquares(x)).isEqualTo(60);
            assertThat(cuda.usedBytes()).isGreaterThan(before + (1 << 16));
            assertThat(backend.description()).contains("Host").contains("7.5").contains("g++");
        }
        assertThat(cuda.usedBytes()).isEqualTo(before);
        assertThat(cuda.calls("cuModuleLoadData") - cuda.calls("cuModuleUnload"))
                .isEqualTo(modules);
        assertThat(cuda.calls("cuStreamCreate") - cuda.calls("cuStreamDestroy_v2"))
                .isEqualTo(streams);
        assertThat(cuda.calls("cuEventCreate") - cuda.calls("cuEventDestroy_v2"))
                .isEqualTo(events);
    }

    @Test
    void familiesAreLoadedOnce_whenTheirFirstKernelRuns() {
        try (CudaBackend backend = cuda.backend();
                TensorArena arena = new TensorArena(backend.unlimited(), "test")) {
            Matrix x = arena.matrix(DType.F32, 3, 5);
            int before = cuda.calls("cuModuleLoadData");
            backend.elements().fill(x, 1);
            backend.elements().fill(x, 2);
            backend.transferElements().copy(x, x);
            assertThat(cuda.calls("cuModuleLoadData")).isEqualTo(before + 1);
        }
    }

    @Test
    void transfers_waitForWhatWasComputed_andAreDoneWhenTheyReturn() {
        try (CudaBackend backend = cuda.backend();
                TensorArena arena = new TensorArena(backend.unlimited(), "test")) {
            Matrix x = arena.matrix(DType.F32, 3, 5);
            ElementKernels transfers = backend.transferElements();
            int orders = cuda.calls("cuStreamWaitEvent");
            int waits = cuda.calls("cuStreamSynchronize");
            transfers.fill(x, 1);
            assertThat(cuda.calls("cuStreamWaitEvent")).isEqualTo(orders + 1);
            assertThat(cuda.calls("cuStreamSynchronize")).isEqualTo(waits + 1);
        }
    }

    @Test
    void offDeviceKernels_areThoseOfTheProcessor() {
        try (CudaBackend backend = cuda.backend();
                TensorArena arena = new TensorArena();
                var host = backend.offDevice(1)) {
            int before = cuda.calls("cuLaunchKernel");
            host.elements().fill(arena.matrix(DType.F32, 3, 5), 1);
            assertThat(cuda.calls("cuLaunchKernel")).isEqualTo(before);
        }
    }

    @Test
    void failedCalls_nameThemselves() {
        try (CudaBackend backend = cuda.backend();
                TensorArena arena = new TensorArena(backend.unlimited(), "test")) {
            Matrix x = arena.matrix(DType.F32, 3, 5);
            cuda.fail("cuLaunchKernel", 1);
            assertThatThrownBy(() -> backend.elements().fill(x, 1))
                    .isInstanceOfSatisfying(
                            CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-CALL"))
                    .hasMessageContaining("cuLaunchKernel of elementsFill")
                    .hasMessageContaining("CUDA_ERROR_INVALID_VALUE (1)");
            cuda.fail("cuStreamSynchronize", 700);
            assertThatThrownBy(backend::synchronize)
                    .isInstanceOfSatisfying(CudaException.class, e -> {
                        assertThat(e.code()).isEqualTo("CUDA-FAULT");
                        assertThat(e.nextStep()).contains("checkpoint");
                    })
                    .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS (700)");
            cuda.fail("", 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void arenas_takeWhatIsPlannedAtOnce_andMoreWhenItIsAskedFor(Kind kind) {
        long before = cuda.usedBytes();
        try (CudaArena arena = new CudaArena(cuda.context(), kind, 1000)) {
            assertThat(cuda.usedBytes()).isEqualTo(before + 1000);
            MemorySegment first = arena.allocate(100, 64);
            MemorySegment second = arena.allocate(10, 256);
            assertThat(bytes(kind, first)).containsOnly(0);
            assertThat(second.address() % 256).isZero();
            assertThat(second.address()).isGreaterThanOrEqualTo(first.address() + 100);
            MemorySegment more = arena.allocate(1000, 4096);
            assertThat(more.address() % 4096).isZero();
            assertThat(bytes(kind, more)).hasSize(1000).containsOnly(0);
            assertThat(cuda.usedBytes()).isEqualTo(before + 2000 + 4096);
        }
        assertThat(cuda.usedBytes()).isEqualTo(before);
    }

    private byte[] bytes(Kind kind, MemorySegment segment) {
        byte[] bytes = new byte[(int) segment.byteSize()];
        try (CudaMemory memory = new CudaMemory(cuda.context(), kind)) {
            memory.copy(segment, MemorySegment.ofArray(bytes));
        }
        return bytes;
    }

    @Test
    void hostThatTouchesTheCardsMemory_isRefused_andSoIsAKernelWithTheHosts() {
        try (CudaBackend backend = cuda.backend();
                TensorArena device = new TensorArena(backend.unlimited(), "test");
                TensorArena host = new TensorArena()) {
            Matrix there = device.matrix(DType.F32, 3, 5);
            assertThatThrownBy(() -> Elements.get(there, 1, 1)).isInstanceOf(WrongThreadException.class);
            Matrix here = host.matrix(DType.F32, 3, 5);
            assertThatThrownBy(() -> backend.elements().fill(here, 1))
                    .isInstanceOfSatisfying(
                            CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"));
        }
    }

    /// All pairs of places and types, with rows that are apart and a matrix of several pieces.
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16", "F16"})
    void copiesCross_betweenHostAndCard_convertingAsTheKernelDoes(DType type) {
        try (CudaBackend backend = cuda.backend();
                TensorArena device = new TensorArena(backend.unlimited(), "test");
                TensorArena host = new TensorArena()) {
            Matrix values = host.matrix(DType.F32, 7, 9);
            for (int i = 0; i < 63; i++) {
                Elements.set(values, i / 9, i % 9, 1 + i / 100f);
            }
            Matrix expected = host.matrix(type, 7, 9);
            backend.elements().copy(values, expected);
            Matrix there = device.matrix(type, 7, 12).columns(2, 9);
            backend.elements().copy(values, there);
            Matrix back = host.matrix(type, 7, 9);
            backend.transferElements().copy(there, back);
            Matrix wide = host.matrix(DType.F32, 7, 11).columns(1, 9);
            backend.elements().copy(there, wide);
            for (int i = 0; i < 63; i++) {
                assertThat(Elements.get(back, i / 9, i % 9)).isEqualTo(Elements.get(expected, i / 9, i % 9));
                assertThat(Elements.get(wide, i / 9, i % 9)).isEqualTo(Elements.get(expected, i / 9, i % 9));
            }
        }
    }

    /// Else what comes last would be taken from the driver a second time.
    @Test
    void emptyTensors_takeNothingOfABlockThatWasPlanned() {
        try (CudaBackend backend = cuda.backend()) {
            long before = cuda.usedBytes();
            try (TensorArena arena = TensorArena.planned(backend.unlimited(), "test", 3 * 64)) {
                for (int rows = 0; rows < 4; rows++) {
                    arena.matrix(DType.F32, rows, 16);
                    arena.matrix(DType.F32, 0, 16);
                }
                assertThat(arena.allocatedBytes()).isEqualTo(6 * 64);
                assertThat(cuda.usedBytes() - before).isEqualTo(3 * 64 + 3 * 64);
            }
        }
    }

    @Test
    void memoryThatTheCardHasNot_isAClearError() {
        assertThatThrownBy(() -> new CudaArena(cuda.context(), Kind.DEVICE, 2L << 30))
                .isInstanceOfSatisfying(
                        CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-MEMORY"))
                .hasMessageContaining("cuMemAlloc_v2");
    }

    @Test
    void segmentsOfAClosedArena_cannotBeTouched() {
        CudaArena arena = new CudaArena(cuda.context(), Kind.PINNED, 64);
        TensorArena tensors = TensorArena.over(arena, MemoryAccount.unlimited("host"), "test");
        Matrix m = tensors.matrix(DType.F32, 2, 2);
        Elements.set(m, 1, 1, 3);
        tensors.close();
        assertThatThrownBy(() -> Elements.get(m, 1, 1)).isInstanceOf(IllegalStateException.class);
    }
}
