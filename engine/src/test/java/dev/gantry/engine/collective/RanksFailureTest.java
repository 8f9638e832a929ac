package dev.gantry.engine.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever goes wrong on one rank, the others end too, and the caller hears why.
@Timeout(600)
class RanksFailureTest {
    private static final long SEED = 20_261_123;
    private static final Duration LONG = Duration.ofSeconds(100);
    private static final Duration SHORT = Duration.ofMillis(200);

    /// Ways to wait for another rank.
    enum Waiting {
        BARRIER,
        ALL_REDUCE,
        REDUCE_SCATTER,
        ALL_GATHER,
        BROADCAST,
        RECEIVE,
        OFFER,
        WINDOW;

        void wait(Rank rank, TensorArena arena) {
            Communicator communicator = rank.communicator();
            int share = rank.number() == 0 ? 10 : 0;
            switch (this) {
                case BARRIER -> communicator.barrier();
                case ALL_REDUCE -> communicator.allReduce(arena.matrix(DType.F32, 1, 10));
                case REDUCE_SCATTER ->
                    communicator.reduceScatter(arena.matrix(DType.F32, 1, 10), arena.matrix(DType.F32, 1, share));
                case ALL_GATHER ->
                    communicator.allGather(arena.allocateBytes(4), arena.allocateBytes(4L * rank.count()));
                case BROADCAST -> communicator.broadcast(1, arena.allocateBytes(16));
                case RECEIVE -> communicator.receive(1, arena.allocateBytes(16));
                case OFFER -> communicator.offer(1, arena.allocateBytes(16)).awaitTaken();
                case WINDOW -> communicator.window(arena.allocateBytes(16));
            }
        }
    }

    private static Ranks ranks(int count, Duration patience) {
        return new Ranks(count, patience, rank -> new CpuBackend(1));
    }

    @ParameterizedTest
    @EnumSource(Waiting.class)
    void othersAreWoken_andToldWhy_whenOneFails(Waiting waiting) {
        Queue<Throwable> others = new ConcurrentLinkedQueue<>();
        try (Ranks ranks = ranks(4, LONG);
                TensorArena arena = new TensorArena()) {
            assertThatThrownBy(() -> ranks.each(rank -> {
                        if (rank.number() == 1) {
                            throw new IllegalArgumentException("the disk of rank 1 is full");
                        }
                        others.add(catchThrowable(() -> waiting.wait(rank, arena)));
                        rank.communicator().barrier();
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the disk of rank 1 is full");
            assertThat(others).hasSize(3).allSatisfy(failure -> {
                assertThat(failure).isInstanceOf(GantryException.class);
                assertThat(((GantryException) failure).code()).isEqualTo("RANK-FAILED");
                assertThat(failure).hasMessageContaining("rank 1 failed: the disk of rank 1 is full");
            });
            assertThatThrownBy(() -> ranks.each(rank -> {}))
                    .isInstanceOf(GantryException.class)
                    .hasMessageContaining("rank 1 failed before");
        }
    }

    @ParameterizedTest
    @EnumSource(Waiting.class)
    void patienceRunsOut_whenOneNeverComes(Waiting waiting) {
        try (Ranks ranks = ranks(3, SHORT);
                TensorArena arena = new TensorArena()) {
            assertThatThrownBy(() -> ranks.each(rank -> {
                        if (rank.number() != 1) {
                            waiting.wait(rank, arena);
                        }
                    }))
                    .isInstanceOfSatisfying(GantryException.class, failure -> {
                        assertThat(failure.code()).isEqualTo("RANK-TIMEOUT");
                        assertThat(failure.why()).contains("for rank 1");
                    });
        }
    }

    @Test
    void disagreement_isSaid() {
        try (Ranks ranks = ranks(3, LONG);
                TensorArena arena = new TensorArena()) {
            assertThatThrownBy(() -> ranks.each(rank -> {
                        if (rank.number() == 2) {
                            rank.communicator().broadcast(0, arena.allocateBytes(8));
                        } else {
                            rank.communicator().allReduce(arena.matrix(DType.F32, 1, 10));
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("ranks disagree: rank 0 is in all-reduce of 40 bytes, "
                            + "rank 2 in broadcast of 8 bytes from rank 0");
        }
    }

    @Test
    void sharesThatDoNotMakeUpTheWhole_areRefused() {
        try (Ranks ranks = ranks(2, LONG);
                TensorArena arena = new TensorArena()) {
            assertThatThrownBy(() -> ranks.each(
                            rank -> rank.communicator().allGather(arena.allocateBytes(4), arena.allocateBytes(12))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the ranks' shares are 8 bytes, the whole is 12");
        }
    }

    @Test
    void offerOfAnotherSize_isRefused() {
        try (Ranks ranks = ranks(2, LONG)) {
            assertThatThrownBy(() -> ranks.each(rank -> {
                        if (rank.number() == 0) {
                            rank.communicator().offer(1, MemorySegment.ofArray(new byte[3]));
                        } else {
                            rank.communicator().receive(0, MemorySegment.ofArray(new byte[4]));
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("rank 0 offers 3 bytes, rank 1 takes 4");
        }
    }

    /// A rank fails at a random moment of a random exchange: it is always its own exception that comes out.
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void nothingHangs_whereverARankFails(int count) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        for (int trial = 0; trial < 60; trial++) {
            int victim = random.nextInt(count);
            int round = random.nextInt(12);
            long order = random.nextLong();
            try (Ranks ranks = ranks(count, LONG);
                    TensorArena arena = new TensorArena()) {
                assertThatThrownBy(() -> ranks.each(rank -> {
                            Random same = new Random(order);
                            for (int i = 0; i < 12; i++) {
                                if (rank.number() == victim && i == round) {
                                    throw new IllegalStateException("victim " + victim);
                                }
                                exchange(rank, same.nextInt(4), arena);
                            }
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("victim " + victim);
            }
        }
    }

    private static void exchange(Rank rank, int kind, TensorArena arena) {
        Communicator communicator = rank.communicator();
        switch (kind) {
            case 0 -> communicator.barrier();
            case 1 -> communicator.allReduce(arena.matrix(DType.F32, 1, 100));
            case 2 -> communicator.broadcast(rank.count() - 1, arena.allocateBytes(100));
            default -> {
                int next = (rank.number() + 1) % rank.count();
                Communicator.Offer offer = communicator.offer(next, arena.allocateBytes(8));
                communicator.receive((rank.number() + rank.count() - 1) % rank.count(), arena.allocateBytes(8));
                offer.awaitTaken();
            }
        }
    }

    @Test
    void ranksEnd_whenTheCallerIsInterrupted() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        try (Ranks ranks = ranks(2, LONG)) {
            Thread caller = new Thread(() -> {
                Throwable thrown = catchThrowable(() -> ranks.each(rank -> {
                    started.countDown();
                    if (rank.number() == 0) {
                        rank.communicator().barrier(); // rank 1 waits for what never comes
                    } else {
                        rank.communicator().receive(0, MemorySegment.ofArray(new byte[1]));
                    }
                }));
                seen.add(thrown);
                seen.add(Thread.currentThread().isInterrupted());
            });
            caller.start();
            started.await();
            caller.interrupt();
            caller.join();
        }
        assertThat(List.copyOf(seen)).hasSize(2);
        assertThat(seen.poll())
                .isInstanceOfSatisfying(
                        GantryException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(GantryException.Kind.CANCELLED));
        assertThat(seen.poll()).isEqualTo(true);
    }

    @Test
    void rankThatDoesNotAnswer_isReported_andDoesNotHoldTheCaller() {
        CountDownLatch never = new CountDownLatch(1);
        Ranks ranks = ranks(2, SHORT);
        assertThatThrownBy(() -> ranks.each(rank -> {
                    if (rank.number() == 1) {
                        awaitQuietly(never);
                    } else {
                        rank.communicator().barrier();
                    }
                }))
                .isInstanceOfSatisfying(
                        GantryException.class,
                        failure -> assertThat(failure.code()).isEqualTo("RANK-SILENT"));
        ranks.close();
        never.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void threadsEnd_whenClosed() {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Ranks ranks = ranks(3, LONG);
        ranks.each(rank -> threads.add(Thread.currentThread()));
        ranks.close();
        ranks.close();
        assertThat(threads)
                .hasSize(3)
                .allSatisfy(thread -> assertThat(thread.isAlive()).isFalse());
        assertThatThrownBy(() -> ranks.each(rank -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the ranks are closed");
    }

    @Test
    void backendsMadeSoFarAreClosed_whenOneCannotBeMade() {
        Queue<CpuBackend> made = new ConcurrentLinkedQueue<>();
        assertThatThrownBy(() -> new Ranks(3, LONG, rank -> {
                    if (rank == 2) {
                        throw new IllegalStateException("no device 2");
                    }
                    CpuBackend backend = new CpuBackend(1);
                    made.add(backend);
                    return backend;
                }))
                .hasMessage("no device 2");
        try (TensorArena arena = new TensorArena()) {
            assertThat(made)
                    .hasSize(2)
                    .allSatisfy(backend -> assertThatThrownBy(
                                    () -> backend.elements().fill(arena.matrix(DType.F32, 1, 1), 1))
                            .hasMessageContaining("closed"));
        }
    }
}
