package dev.gantry.offload.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StagingBuffersTest {
    @Test
    void buffers_areAligned_apart_andTakeWhatWasSaid() {
        for (long bytes : new long[] {1, 4096, 5000, 3 << 20}) {
            try (TensorArena arena = new TensorArena();
                    StagingBuffers buffers = new StagingBuffers(arena, 3, bytes)) {
                MemorySegment first = buffers.acquire();
                MemorySegment second = buffers.acquire();

                assertThat(arena.allocatedBytes()).isEqualTo(StagingBuffers.takenBytes(3, bytes));
                assertThat(buffers.bufferBytes()).isBetween(bytes, bytes + 4095);
                for (MemorySegment buffer : new MemorySegment[] {first, second, buffers.acquire()}) {
                    assertThat(buffer.address() % 4096).isZero();
                    assertThat(buffer.byteSize()).isEqualTo(buffers.bufferBytes());
                }
                assertThat(first.asOverlappingSlice(second)).isEmpty();
                assertThat(buffers.freeBuffers()).isZero();
            }
        }
    }

    @Test
    void acquire_waitsForARelease() throws InterruptedException {
        try (TensorArena arena = new TensorArena();
                StagingBuffers buffers = new StagingBuffers(arena, 1, 4096)) {
            MemorySegment only = buffers.acquire();
            AtomicReference<MemorySegment> got = new AtomicReference<>();
            Thread waiter = Thread.ofPlatform().start(() -> got.set(buffers.acquire()));
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(got).hasValue(null);
            buffers.release(only);
            waiter.join();

            assertThat(got).hasValue(only);
        }
    }

    @Test
    void close_wakesWhoeverWaits() throws InterruptedException {
        try (TensorArena arena = new TensorArena()) {
            StagingBuffers buffers = new StagingBuffers(arena, 1, 4096);
            buffers.acquire();
            AtomicReference<RuntimeException> failure = new AtomicReference<>();
            Thread waiter = Thread.ofPlatform().start(() -> {
                try {
                    buffers.acquire();
                } catch (CancellationException e) {
                    failure.set(e);
                }
            });
            buffers.close();
            waiter.join();

            assertThat(failure.get()).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void release_refusesWhatIsNotOut() {
        try (TensorArena arena = new TensorArena();
                StagingBuffers buffers = new StagingBuffers(arena, 2, 8192)) {
            MemorySegment buffer = buffers.acquire();

            assertThatThrownBy(() -> buffers.release(buffer.asSlice(0, 4096)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> buffers.release(arena.allocateBytes(8192)))
                    .isInstanceOf(IllegalArgumentException.class);
            buffers.release(buffer);
            assertThatThrownBy(() -> buffers.release(buffer)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void measuringArena_countsTheSame_withoutMemory() {
        TensorArena counting = TensorArena.measuring();
        new StagingBuffers(counting, 4, 1 << 20).close();

        assertThat(counting.allocatedBytes()).isEqualTo(StagingBuffers.takenBytes(4, 1 << 20));
    }
}
