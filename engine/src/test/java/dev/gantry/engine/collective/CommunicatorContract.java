package dev.gantry.engine.collective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the collectives give, bit for bit, of what lies in the memory of each rank, and the bytes that cross for it.
@Timeout(600)
public abstract class CommunicatorContract {
    private static final long SEED = 20_261_122;
    private static final int[] SIZES = {0, 1, 3, 7, 64, 8_191, 8_192, 40_003};

    protected static final Duration PATIENCE = Duration.ofSeconds(60);

    /// So many ranks; seeds are fixed.
    protected abstract Ranks ranks(int count);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7})
    void allReduce_givesTheSumInTheOrderOfTheRanks(int count) {
        try (Ranks ranks = ranks(count)) {
            for (int size : SIZES) {
                float[][] values = values(count, size);
                Traffic before = ranks.traffic();
                List<float[]> sums = ranks.run(rank -> {
                    try (TensorArena arena = memory(rank)) {
                        Matrix mine = matrix(arena, values[rank.number()]);
                        rank.communicator().allReduce(mine);
                        return floats(arena, mine);
                    }
                });
                float[] expected = sum(values);
                assertThat(sums).allSatisfy(sum -> assertThat(bits(sum)).isEqualTo(bits(expected)));
                Traffic crossed = ranks.traffic().since(before);
                assertThat(crossed.received(Collective.ALL_REDUCE)).isEqualTo(2L * (count - 1) * size * 4);
                assertThat(crossed.sent()).isEqualTo(crossed.received());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7})
    void reduceScatter_givesEveryRankItsShareOfTheSum(int count) {
        try (Ranks ranks = ranks(count)) {
            for (int size : SIZES) {
                int[] cuts = cuts(count, size);
                float[][] values = values(count, size);
                Traffic before = ranks.traffic();
                List<float[]> shares = ranks.run(rank -> {
                    try (TensorArena arena = memory(rank)) {
                        int from = cuts[rank.number()];
                        int length = cuts[rank.number() + 1] - from;
                        Matrix mine = matrix(arena, values[rank.number()]);
                        boolean inPlace = rank.number() % 2 == 0;
                        Matrix share = inPlace ? mine.columns(from, length) : matrix(arena, new float[length]);
                        rank.communicator().reduceScatter(mine, share);
                        return floats(arena, share);
                    }
                });
                float[] expected = sum(values);
                for (int rank = 0; rank < count; rank++) {
                    assertThat(bits(shares.get(rank)))
                            .isEqualTo(bits(Arrays.copyOfRange(expected, cuts[rank], cuts[rank + 1])));
                }
                assertThat(ranks.traffic().since(before).received(Collective.REDUCE_SCATTER))
                        .isEqualTo((count - 1) * 4L * size);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7})
    void allGather_givesAllRanksAllShares(int count) {
        try (Ranks ranks = ranks(count)) {
            for (int size : SIZES) {
                int[] cuts = cuts(count, size);
                float[] whole = values(1, size)[0];
                Traffic before = ranks.traffic();
                List<float[]> gathered = ranks.run(rank -> {
                    try (TensorArena arena = memory(rank)) {
                        int from = cuts[rank.number()];
                        int to = cuts[rank.number() + 1];
                        Matrix all = matrix(arena, new float[size]);
                        Matrix share = all.columns(from, to - from);
                        Matrix given = matrix(arena, Arrays.copyOfRange(whole, from, to));
                        boolean inPlace = rank.number() % 2 == 1;
                        if (inPlace) {
                            rank.backend().elements().copyBytes(exact(given), exact(share));
                        }
                        rank.communicator().allGather(exact(inPlace ? share : given), exact(all));
                        return floats(arena, all);
                    }
                });
                assertThat(gathered).allSatisfy(all -> assertThat(bits(all)).isEqualTo(bits(whole)));
                assertThat(ranks.traffic().since(before).received(Collective.ALL_GATHER))
                        .isEqualTo((count - 1) * 4L * size);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void broadcast_givesAllRanksTheBytesOfOne(int count) {
        try (Ranks ranks = ranks(count)) {
            for (int root = 0; root < count; root++) {
                float[][] values = values(count, 101);
                int from = root;
                Traffic before = ranks.traffic();
                List<float[]> received = ranks.run(rank -> {
                    try (TensorArena arena = memory(rank)) {
                        Matrix mine = matrix(arena, values[rank.number()]);
                        rank.communicator().broadcast(from, exact(mine));
                        return floats(arena, mine);
                    }
                });
                assertThat(received).allSatisfy(all -> assertThat(bits(all)).isEqualTo(bits(values[from])));
                assertThat(ranks.traffic().since(before).received(Collective.BROADCAST))
                        .isEqualTo((count - 1) * 404L);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void barrier_letsNobodyThroughBeforeAllHaveCome(int count) {
        try (Ranks ranks = ranks(count)) {
            AtomicInteger came = new AtomicInteger();
            List<Boolean> early = ranks.run(rank -> {
                boolean wrong = false;
                for (int round = 1; round <= 500; round++) {
                    came.incrementAndGet();
                    rank.communicator().barrier();
                    wrong |= came.get() < round * count;
                    rank.communicator().barrier();
                }
                return wrong;
            });
            assertThat(early).containsOnly(false);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void offers_arriveInOrder_andTheirMemoryIsFreeOnceTaken(int count) {
        try (Ranks ranks = ranks(count)) {
            List<List<Integer>> received = ranks.run(rank -> {
                Communicator communicator = rank.communicator();
                int next = (rank.number() + 1) % count;
                int previous = (rank.number() + count - 1) % count;
                int[] first = {10 * rank.number()};
                int[] second = {10 * rank.number() + 1};
                Communicator.Offer offer = communicator.offer(next, MemorySegment.ofArray(first));
                communicator.offer(next, MemorySegment.ofArray(second));
                int[] into = new int[1];
                List<Integer> taken = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    communicator.receive(previous, MemorySegment.ofArray(into));
                    taken.add(into[0]);
                }
                offer.awaitTaken();
                first[0] = -1; // nobody reads it any more
                return taken;
            });
            for (int rank = 0; rank < count; rank++) {
                int previous = (rank + count - 1) % count;
                assertThat(received.get(rank)).containsExactly(10 * previous, 10 * previous + 1);
            }
            assertThat(ranks.traffic().received(Collective.HAND_OVER)).isEqualTo(8L * count);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void window_isReadWithoutTheOthersDoingAnything(int count) {
        try (Ranks ranks = ranks(count)) {
            List<Integer> sums = ranks.run(rank -> {
                int[] own = {rank.number(), 100 + rank.number()};
                Communicator.Window window = rank.communicator().window(MemorySegment.ofArray(own));
                int[] one = new int[1];
                int sum = 0;
                for (int from = count - 1; from >= 0; from--) {
                    window.read(from, 4, MemorySegment.ofArray(one));
                    sum += one[0];
                }
                rank.communicator().barrier();
                return sum;
            });
            assertThat(sums)
                    .containsOnly(IntStream.range(0, count).map(r -> 100 + r).sum());
            assertThat(ranks.traffic().received(Collective.WINDOW)).isEqualTo(4L * count * (count - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    protected void memoryOfOneRank_isTakenAndReadByAnother(int count) {
        try (Ranks ranks = ranks(count)) {
            float[][] values = values(count, 1_001);
            List<List<float[]>> taken = ranks.run(rank -> {
                try (TensorArena arena = memory(rank)) {
                    Communicator communicator = rank.communicator();
                    int previous = (rank.number() + count - 1) % count;
                    Matrix mine = matrix(arena, values[rank.number()]);
                    Matrix offered = matrix(arena, new float[1_001]);
                    Matrix seen = matrix(arena, new float[1_000]);
                    Communicator.Offer offer = communicator.offer((rank.number() + 1) % count, exact(mine));
                    communicator.receive(previous, exact(offered));
                    offer.awaitTaken();
                    communicator.window(exact(mine)).read(previous, 4, exact(seen));
                    communicator.barrier();
                    return List.of(floats(arena, offered), floats(arena, seen));
                }
            });
            for (int rank = 0; rank < count; rank++) {
                float[] expected = values[(rank + count - 1) % count];
                assertThat(bits(taken.get(rank).getFirst())).isEqualTo(bits(expected));
                assertThat(bits(taken.get(rank).getLast())).isEqualTo(bits(Arrays.copyOfRange(expected, 1, 1_001)));
            }
        }
    }

    /// Values whose sum depends on the order they are added in.
    private static float[][] values(int ranks, int size) {
        Random random = new Random(SEED + size);
        float[][] values = new float[ranks][size];
        for (float[] ofRank : values) {
            for (int i = 0; i < size; i++) {
                ofRank[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6));
            }
        }
        return values;
    }

    /// Where the shares begin: uneven, some of them empty.
    private static int[] cuts(int ranks, int size) {
        Random random = new Random(SEED - size);
        return IntStream.concat(
                        IntStream.of(0, size),
                        IntStream.generate(() -> random.nextInt(size + 1)).limit(ranks - 1))
                .sorted()
                .toArray();
    }

    private static float[] sum(float[][] values) {
        float[] sum = values[0].clone();
        for (int rank = 1; rank < values.length; rank++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[rank][i];
            }
        }
        return sum;
    }

    /// Where a rank's kernels compute.
    private static TensorArena memory(Rank rank) {
        return new TensorArena(rank.backend().unlimited(), "test");
    }

    private static Matrix matrix(TensorArena arena, float[] values) {
        Matrix matrix = arena.matrix(DType.F32, 1, values.length);
        arena.put(values, matrix);
        return matrix;
    }

    private static MemorySegment exact(Matrix row) {
        return row.data().asSlice(0, 4 * row.elements());
    }

    private static float[] floats(TensorArena arena, Matrix row) {
        float[] values = new float[row.columns()];
        arena.fetch(row, values, values.length);
        return values;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
