package dev.gantry.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerPoolTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyTileRunsOnce_whenJobsOfManySizesFollowEachOther(int threads) {
        try (WorkerPool pool = new WorkerPool(threads)) {
            for (int job = 0; job < 3_000; job++) {
                int tiles = job % 37;
                AtomicIntegerArray runs = new AtomicIntegerArray(37);
                pool.parallel(tiles, (tile, worker) -> {
                    assertThat(worker).isBetween(0, threads - 1);
                    runs.incrementAndGet(tile);
                });
                for (int tile = 0; tile < 37; tile++) {
                    assertThat(runs.get(tile)).isEqualTo(tile < tiles ? 1 : 0);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void exceptionReachesTheCaller_andThePoolGoesOn_whenATileFails(int threads) {
        try (WorkerPool pool = new WorkerPool(threads)) {
            for (int failing = 0; failing < 20; failing++) {
                int bad = failing;
                assertThatThrownBy(() -> pool.parallel(20, (tile, worker) -> {
                            if (tile == bad) {
                                throw new IllegalStateException("tile " + tile);
                            }
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("tile " + bad);
                AtomicInteger done = new AtomicInteger();
                pool.parallel(20, (tile, worker) -> done.incrementAndGet());
                assertThat(done).hasValue(20);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void innerTilesRunInline_whenATileAsksForMore(int threads) {
        try (WorkerPool pool = new WorkerPool(threads)) {
            AtomicInteger done = new AtomicInteger();
            pool.parallel(8, (outer, worker) -> {
                Thread self = Thread.currentThread();
                pool.parallel(5, (inner, innerWorker) -> {
                    assertThat(Thread.currentThread()).isSameAs(self);
                    assertThat(innerWorker).isEqualTo(worker);
                    done.incrementAndGet();
                });
            });
            assertThat(done).hasValue(40);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void jobsOfTwoCallersDoNotMix_whenBothAskAtOnce(int threads) throws InterruptedException {
        try (WorkerPool pool = new WorkerPool(threads)) {
            AtomicInteger done = new AtomicInteger();
            Runnable caller = () -> {
                for (int job = 0; job < 500; job++) {
                    pool.parallel(7, (tile, worker) -> done.incrementAndGet());
                }
            };
            Thread other = new Thread(caller);
            other.start();
            caller.run();
            other.join();
            assertThat(done).hasValue(2 * 500 * 7);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void useAfterClose_isRefused(int threads) {
        WorkerPool pool = new WorkerPool(threads);
        pool.close();
        assertThatThrownBy(() -> pool.parallel(2, (tile, worker) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
