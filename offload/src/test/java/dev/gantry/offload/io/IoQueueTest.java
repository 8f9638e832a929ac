package dev.gantry.offload.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.io.BlockFile.Use;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoQueueTest {
    private static final int BLOCK = (int) BlockFile.ALIGNMENT_BYTES;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final long seed = Long.getLong("gantry.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeEach
    void printSeed() {
        System.out.println("IoQueueTest: seed " + seed);
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private MemorySegment memory(long bytes) {
        return arena.allocate(bytes, BlockFile.ALIGNMENT_BYTES);
    }

    private MemorySegment noise(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return memory(AlignedSpan.roundUp(bytes)).copyFrom(MemorySegment.ofArray(noise));
    }

    private BlockFile fileOf(MemorySegment content) throws IOException {
        Path path = Files.write(folder.resolve("file"), content.toArray(ValueLayout.JAVA_BYTE));
        return BlockFile.open(path, Use.READ);
    }

    @Test
    void manyReads_ofAnyBlockSizeAndDepth_bringTheRightBytes() throws IOException {
        int bytes = 23 * BLOCK + 99;
        MemorySegment content = noise(bytes);
        try (BlockFile file = fileOf(content.asSlice(0, bytes))) {
            for (int inFlight = 1; inFlight <= 5; inFlight++) {
                try (IoQueue queue = new IoQueue("test", inFlight, BLOCK * (1 + random.nextInt(4)))) {
                    readAround(queue, file, content, bytes);
                }
            }
        }
    }

    private void readAround(IoQueue queue, BlockFile file, MemorySegment content, int bytes) {
        record Read(AlignedSpan span, MemorySegment memory, IoRequest request) {}
        List<Read> reads = new ArrayList<>();
        long needed = 0;
        for (int i = 0; i < 40; i++) {
            int from = random.nextInt(bytes);
            AlignedSpan span = AlignedSpan.around(from, 1 + random.nextInt(bytes - from));
            MemorySegment into = memory(span.bytes());
            needed += span.neededBytes();
            reads.add(new Read(span, into, queue.read(file, span.offset(), into, span.neededBytes())));
        }
        for (Read read : reads) {
            read.request().await();
            MemorySegment wanted = content.asSlice(
                    read.span().offset() + read.span().lead(), read.span().wantedBytes());
            assertThat(read.span().wanted(read.memory()).mismatch(wanted)).isEqualTo(-1);
        }
        assertThat(queue.bytesRead()).isEqualTo(needed);
    }

    @Test
    void whatWasAwaited_isInTheFile() throws IOException {
        MemorySegment content = noise(9 * BLOCK);
        try (IoQueue queue = new IoQueue("test", 3, 2 * BLOCK);
                BlockFile file = BlockFile.open(folder.resolve("new"), Use.WRITE)) {
            IoRequest first = queue.write(file, 0, content.asSlice(0, 4 * BLOCK));
            IoRequest second = queue.write(file, 4 * BLOCK, content.asSlice(4 * BLOCK));
            first.await();
            second.await();
            MemorySegment back = memory(9 * BLOCK);
            queue.read(file, 0, back).await();

            assertThat(back.mismatch(content)).isEqualTo(-1);
            assertThat(queue.bytesWritten()).isEqualTo(9 * BLOCK);
        }
    }

    @Test
    void exactlySoManyBlocks_areInFlight() throws IOException, InterruptedException {
        Gate gate = new Gate(3);
        try (BlockFile file = gate.around(fileOf(noise(12 * BLOCK)));
                IoQueue queue = new IoQueue("test", 3, BLOCK)) {
            IoRequest request = queue.read(file, 0, memory(12 * BLOCK));
            gate.awaitArrivals();
            assertThat(request.isDone()).isFalse();
            gate.open();
            request.await();

            assertThat(gate.mostAtOnce()).isEqualTo(3);
        }
    }

    @Test
    void failedRequest_isToldAtOnce_andOthersGoOn() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        MemorySegment content = noise(8 * BLOCK);
        try (BlockFile good = fileOf(content);
                IoQueue queue = new IoQueue("test", 1, BLOCK)) {
            BlockFile bad = new FaultyFile(good, attempt -> {
                if (attempts.getAndIncrement() == 2) {
                    throw new IOException("Input/output error");
                }
                return attempt.bytes();
            });
            IoRequest failing = queue.read(bad, 0, memory(8 * BLOCK));
            MemorySegment into = memory(8 * BLOCK);
            IoRequest fine = queue.read(good, 0, into);

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(failing::await)
                        .asInstanceOf(type(GantryException.class))
                        .satisfies(fault -> assertThat(fault.why()).contains("4,096 bytes at 8,192"));
            }
            fine.await();
            assertThat(into.mismatch(content)).isEqualTo(-1);
            assertThat(attempts).hasValue(3);
            assertThat(queue.bytesRead()).isEqualTo(10 * BLOCK);
        }
    }

    @Test
    void closedQueue_finishesWhatItBegan_andCancelsTheRest() throws IOException, InterruptedException {
        Gate gate = new Gate(1);
        MemorySegment content = noise(BLOCK);
        try (BlockFile file = gate.around(fileOf(content))) {
            IoQueue queue = new IoQueue("test", 1, BLOCK);
            MemorySegment into = memory(BLOCK);
            IoRequest begun = queue.read(file, 0, into);
            IoRequest waiting = queue.read(file, 0, memory(BLOCK));
            gate.awaitArrivals();
            Thread closing = Thread.ofPlatform().start(queue::close);

            assertThatThrownBy(waiting::await).isInstanceOf(CancellationException.class);
            assertThat(begun.isDone()).isFalse();
            gate.open();
            closing.join();

            begun.await();
            assertThat(into.mismatch(content)).isEqualTo(-1);
            assertThatThrownBy(() -> queue.read(file, 0, into)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void cancelledRequest_waitsForItsRunningBlock_andMovesNoMore() throws IOException, InterruptedException {
        Gate gate = new Gate(1);
        try (BlockFile file = gate.around(fileOf(noise(4 * BLOCK)));
                IoQueue queue = new IoQueue("test", 1, BLOCK)) {
            IoRequest request = queue.read(file, 0, memory(4 * BLOCK));
            gate.awaitArrivals();
            request.cancel();
            assertThat(request.isDone()).isFalse();
            gate.open();

            assertThatThrownBy(request::await).isInstanceOf(CancellationException.class);
            assertThat(request.isDone()).isTrue();
            assertThat(queue.bytesRead()).isEqualTo(BLOCK);
        }
    }

    @Test
    void interruptedWaiter_stillWaitsForTheDisk_andStaysInterrupted() throws IOException, InterruptedException {
        Gate gate = new Gate(1);
        AtomicBoolean interruptedAfter = new AtomicBoolean();
        try (BlockFile file = gate.around(fileOf(noise(BLOCK)));
                IoQueue queue = new IoQueue("test", 1, BLOCK)) {
            IoRequest request = queue.read(file, 0, memory(BLOCK));
            gate.awaitArrivals();
            Thread waiter = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                request.await();
                interruptedAfter.set(Thread.currentThread().isInterrupted() && request.isDone());
            });
            // the interrupt came first, so whoever waits here does so in spite of it
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(request.isDone()).isFalse();
            gate.open();
            waiter.join();

            assertThat(interruptedAfter).isTrue();
        }
    }
}
