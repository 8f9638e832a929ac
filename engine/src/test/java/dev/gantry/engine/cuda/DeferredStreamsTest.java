package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.backend.ComputeMark;
import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// That the host's driver, deferred, shows a wait that is missing, and keeps what CUDA promises.
class DeferredStreamsTest {
    private static final int SEEDS = 12;

    private final HostCuda cuda = HostCuda.open();

    @BeforeEach
    void onTheHost() {
        cuda.assumeHost();
    }

    @AfterEach
    void close() {
        cuda.close();
    }

    @Test
    void copyThatDoesNotWaitForItsSource_seesOtherBits_andOneThatWaitsDoesNot() {
        assertThat(IntStream.rangeClosed(1, SEEDS).filter(seed -> copied(seed, true) != 2))
                .isEmpty();
        assertThat(IntStream.rangeClosed(1, SEEDS).filter(seed -> copied(seed, false) != 2))
                .isNotEmpty()
                .hasSizeLessThan(SEEDS); // luck is among what CUDA allows
    }

    /// What a copy on a stream of its own brings of a matrix that a kernel fills with 2.
    private float copied(int seed, boolean waits) {
        try (CudaBackend backend = cuda.backend();
                TensorArena device = new TensorArena(backend.unlimited(), "test");
                TensorArena host = new TensorArena();
                CudaStream other = new CudaStream(cuda.context())) {
            Matrix there = device.matrix(DType.F32, 3, 5);
            Matrix here = host.matrix(DType.F32, 3, 5);
            cuda.defer(seed);
            backend.elements().fill(there, 2);
            if (waits) {
                other.waitFor(backend.stream());
            }
            other.copy(
                    here.data().address(), there.data().address(), here.data().byteSize());
            other.synchronize();
            return Elements.get(here, 2, 4);
        }
    }

    /// A kernel that overwrites what another stream still reads.
    @Test
    void writerThatDoesNotWaitForAReader_spoilsWhatItReads() {
        assertThat(IntStream.rangeClosed(1, SEEDS).filter(seed -> readBeforeOverwritten(seed, true) != 1))
                .isEmpty();
        assertThat(IntStream.rangeClosed(1, SEEDS).filter(seed -> readBeforeOverwritten(seed, false) != 1))
                .isNotEmpty();
    }

    private float readBeforeOverwritten(int seed, boolean waits) {
        try (CudaBackend backend = cuda.backend();
                TensorArena device = new TensorArena(backend.unlimited(), "test");
                TensorArena host = new TensorArena(MemoryAccount.unlimited("host", backend.hostMemory()), "test");
                CudaStream other = new CudaStream(cuda.context())) {
            Matrix there = device.matrix(DType.F32, 3, 5);
            Matrix here = host.matrix(DType.F32, 3, 5);
            backend.elements().fill(there, 1);
            cuda.defer(seed);
            other.copy(
                    here.data().address(), there.data().address(), here.data().byteSize());
            if (waits) {
                backend.stream().waitFor(other);
            }
            backend.elements().fill(there, 2);
            backend.synchronize();
            other.synchronize();
            return Elements.get(here, 2, 4);
        }
    }

    @Test
    void pinnedMemory_isReadWhenTheCopyIsMade_andAnyOtherByTheCall() {
        try (CudaBackend backend = cuda.backend();
                TensorArena device = new TensorArena(backend.unlimited(), "test");
                TensorArena pinned = new TensorArena(MemoryAccount.unlimited("host", backend.hostMemory()), "test");
                TensorArena pageable = new TensorArena()) {
            cuda.defer(1);
            for (TensorArena from : new TensorArena[] {pinned, pageable}) {
                Matrix here = from.matrix(DType.F32, 1, 1);
                Matrix there = device.matrix(DType.F32, 1, 1);
                Elements.set(here, 0, 0, 1);
                backend.stream().copy(there.data().address(), here.data().address(), Float.BYTES);
                Elements.set(here, 0, 0, 2);
                assertThat(backend.stream().isDone()).isFalse();
                Matrix back = pageable.matrix(DType.F32, 1, 1);
                backend.stream().copy(back.data().address(), there.data().address(), Float.BYTES);
                assertThat(backend.stream().isDone()).isTrue();
                assertThat(Elements.get(back, 0, 0)).isEqualTo(from == pinned ? 2 : 1);
            }
        }
    }

    @Test
    void memoryThatIsGivenBackUnderAKernel_isAFault() {
        try (CudaBackend backend = cuda.backend()) {
            DeviceScratch scratch = new DeviceScratch(backend.stream());
            long address = scratch.atLeast(64);
            cuda.defer(1);
            backend.stream().clear(address, 64);
            assertThatThrownBy(() -> cuda.context().use().call("cuMemFree_v2", address))
                    .isInstanceOfSatisfying(
                            CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-FAULT"));
            scratch.close(); // waits
        }
    }

    /// A slot is read by one kernel and filled anew by a copy; other kernels have been enqueued meanwhile.
    @Test
    void copyBehindAMark_waitsForWhatReadItsSlot_andRunsBesideWhatCameLater() {
        List<Refilled> behindMark = refilled(SlotUse.MARK_AFTER_ITS_READER);
        assertThat(behindMark).allMatch(each -> each.read() == 1);
        assertThat(behindMark).anyMatch(Refilled::othersPending);
        List<Refilled> behindAll = refilled(SlotUse.ALL);
        assertThat(behindAll).allMatch(each -> each.read() == 1).noneMatch(Refilled::othersPending);
        assertThat(refilled(SlotUse.MARK_BEFORE_ITS_READER)).anyMatch(each -> each.read() != 1);
        assertThat(refilled(SlotUse.MARK_NEVER_SET)).anyMatch(each -> each.read() != 1);
    }

    /// What a copy into a slot waits for.
    private enum SlotUse {
        MARK_AFTER_ITS_READER,
        MARK_BEFORE_ITS_READER,
        MARK_NEVER_SET,
        ALL
    }

    /// @param read what the reader saw in the slot
    /// @param othersPending whether the copy was done before all other kernels
    private record Refilled(float read, boolean othersPending) {}

    private List<Refilled> refilled(SlotUse use) {
        return IntStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> refilled(seed, use))
                .toList();
    }

    private Refilled refilled(int seed, SlotUse use) {
        try (CudaBackend backend = cuda.backend();
                TensorArena device = new TensorArena(backend.unlimited(), "test");
                TensorArena host = new TensorArena(MemoryAccount.unlimited("host", backend.hostMemory()), "test");
                ComputeMark mark = backend.mark()) {
            Matrix slot = device.matrix(DType.F32, 3, 5);
            Matrix sum = device.matrix(DType.F32, 3, 5);
            Matrix others = device.matrix(DType.F32, 3, 5);
            Matrix next = host.matrix(DType.F32, 3, 5);
            ElementKernels transfers = backend.transferElements();
            backend.elements().fill(slot, 1);
            backend.elements().fill(sum, 0);
            backend.synchronize();
            cuda.defer(seed);
            if (use == SlotUse.MARK_BEFORE_ITS_READER) {
                mark.set();
            }
            backend.elements().add(1, slot, sum);
            if (use == SlotUse.MARK_AFTER_ITS_READER) {
                mark.set();
            }
            backend.elements().fill(others, 5);
            (use == SlotUse.ALL ? transfers : transfers.after(mark)).copyBytes(next.data(), slot.data());
            boolean pending = !backend.stream().isDone();
            backend.synchronize();
            cuda.defer(0);
            Matrix seen = host.matrix(DType.F32, 3, 5);
            backend.elements().copy(sum, seen);
            return new Refilled(Elements.get(seen, 2, 4), pending);
        }
    }

    @Test
    void transfers_waitForWhatWasComputed_inAnyOrder() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            try (CudaBackend backend = cuda.backend();
                    TensorArena device = new TensorArena(backend.unlimited(), "test");
                    TensorArena host = new TensorArena()) {
                cuda.defer(seed);
                Matrix there = device.matrix(DType.BF16, 3, 5);
                Matrix here = host.matrix(DType.F32, 3, 5);
                ElementKernels transfers = backend.transferElements();
                backend.elements().fill(there, 2);
                transfers.copy(there, here);
                assertThat(Elements.get(here, 2, 4)).isEqualTo(2);
                transfers.fill(there, 3);
                backend.elements().add(1, there, there);
                transfers.copy(there, here);
                assertThat(Elements.get(here, 2, 4)).isEqualTo(6);
            }
        }
    }
}
