package dev.gantry.offload.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gantry.engine.backend.ComputeMark;
import dev.gantry.offload.frozen.CopyJob.Patience;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SlotRingTest {
    private static final ChunkHome HOME = new ChunkHome.OnDisk(List.of(), null);

    private static SlotRing ring(int chunks, int slots, SlotRing.Delays delays) {
        SlotRing.Slot slot = new SlotRing.Slot(MemorySegment.NULL, ComputeMark.NONE);
        return new SlotRing(Collections.nCopies(chunks, HOME), Collections.nCopies(slots, slot), 0, delays);
    }

    private static SlotRing ring(int chunks, int slots) {
        return ring(chunks, slots, new SlotRing.Delays(Long.MAX_VALUE / 4, (chunk, nanos) -> {}));
    }

    private static void copyNext(SlotRing ring) {
        CopyJob job = ring.next(Patience.NO_WAIT);
        assertThat(job).isNotNull();
        if (job != null) {
            ring.done(job);
        }
    }

    @Test
    void slotIsWrittenOnlyWhenTheVisitThatNeedsItIsOver() {
        SlotRing ring = ring(3, 1);
        ring.begin(new int[] {0, 1, 2});
        copyNext(ring);
        assertThat(ring.next(Patience.NO_WAIT)).isNull();
        assertThat(ring.acquire(0)).isZero();
        assertThat(ring.next(Patience.NO_WAIT)).isNull();
        ring.release(0);
        copyNext(ring);
        ring.acquire(1);
        ring.release(1);
        copyNext(ring);
        ring.acquire(2);
        ring.release(2);
        assertThat(ring.next(Patience.WAIT)).isNull();
        assertThat(ring.transfers().blocksFromDisk()).isEqualTo(3);
    }

    /// A mark that counts how often it was set.
    private static final class CountingMark implements ComputeMark {
        private int count;

        @Override
        public void set() {
            count++;
        }

        @Override
        public void close() {}
    }

    @Test
    void copyWaitsForTheMarkOfItsSlotAlone_whichIsSetWhenAVisitIsOver() {
        List<CountingMark> marks = List.of(new CountingMark(), new CountingMark());
        SlotRing ring = new SlotRing(
                Collections.nCopies(4, HOME),
                marks.stream()
                        .map(mark -> new SlotRing.Slot(MemorySegment.NULL, mark))
                        .toList(),
                1,
                new SlotRing.Delays(Long.MAX_VALUE / 4, (chunk, nanos) -> {}));
        ring.begin(new int[] {0, 1, 2, 3});
        copyNext(ring);
        copyNext(ring);
        for (int chunk = 0; chunk < 4; chunk++) {
            int slot = ring.acquire(chunk);
            ring.acquire(chunk);
            ring.release(chunk);
            assertThat(marks.get(slot).count).as("another still reads").isEqualTo(chunk / 2);
            ring.release(chunk);
            assertThat(marks.get(slot).count).isEqualTo(chunk / 2 + 1);
            CopyJob job = ring.next(Patience.NO_WAIT);
            if (chunk < 2 && job != null) {
                assertThat(job.number()).isEqualTo(chunk + 2);
                assertThat(job.after()).isSameAs(marks.get(slot));
                ring.done(job);
            } else {
                assertThat(job).isNull();
            }
        }
        assertThat(marks).allMatch(mark -> mark.count == 2);
    }

    @Test
    void longWaitIsTold_againWheneverItHasDoubled() {
        var told = new ConcurrentLinkedQueue<Long>();
        var chunk = new AtomicInteger(-1);
        CompletableFuture<Void> third = new CompletableFuture<>();
        SlotRing ring = ring(2, 1, new SlotRing.Delays(1_000_000, (number, nanos) -> {
            chunk.set(number);
            told.add(nanos);
            if (told.size() == 3) {
                third.complete(null);
            }
        }));
        ring.begin(new int[] {1});
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> ring.acquire(1));
        third.join();
        copyNext(ring);
        reader.join();
        assertThat(chunk).hasValue(1);
        List<Long> waits = List.copyOf(told);
        assertThat(waits.get(0)).isGreaterThanOrEqualTo(1_000_000);
        assertThat(waits.get(1)).isGreaterThanOrEqualTo(2 * waits.get(0));
        assertThat(waits.get(2)).isGreaterThanOrEqualTo(2 * waits.get(1));
        assertThat(ring.transfers().waitNanos()).isGreaterThanOrEqualTo(waits.get(2));
    }

    @Test
    void interruptEndsNoWait_andIsKept() {
        SlotRing ring = ring(1, 1);
        ring.begin(new int[] {0});
        Thread.currentThread().interrupt();
        CompletableFuture<Void> copier = CompletableFuture.runAsync(() -> copyNext(ring));
        assertThat(ring.acquire(0)).isZero();
        assertThat(Thread.interrupted()).isTrue();
        copier.join();
    }

    @Test
    void failureIsThrownByTheVisitThatNeedsWhatIsMissing_andForgottenByTheNextSweep() {
        SlotRing ring = ring(3, 2);
        ring.begin(new int[] {0, 1, 2});
        copyNext(ring);
        assertThat(ring.next(Patience.NO_WAIT)).isNotNull();
        ring.copied(new IllegalStateException("the disk is gone"));
        ring.acquire(0);
        ring.release(0);
        assertThatIllegalStateException().isThrownBy(() -> ring.acquire(1)).withMessage("the disk is gone");
        ring.begin(new int[] {0, 1, 2});
        ring.acquire(0);
        ring.release(0);
        copyNext(ring);
        ring.acquire(1);
        ring.release(1);
        assertThat(ring.transfers().blocksFromDisk()).isEqualTo(2);
    }
}
