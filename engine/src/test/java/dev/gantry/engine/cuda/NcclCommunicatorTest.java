package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.collective.CommunicatorContract;
import dev.gantry.engine.collective.Rank;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.collective.Ranks;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranks on cards of their own: the host as several cards, with an NCCL of ours between them.
class NcclCommunicatorTest extends CommunicatorContract {
    private static final int NOT_READY = 600;
    private static final int REMOTE_ERROR = 6;

    private final HostCuda cuda = HostCuda.open();
    private final FakeNccl nccl = FakeNccl.open();
    private final int live = nccl.live();

    @BeforeEach
    void onTheHost() {
        cuda.assumeHost();
    }

    @AfterEach
    void close() {
        nccl.fail("", 0);
        cuda.close();
        assertThat(nccl.live()).isEqualTo(live);
    }

    @Override
    protected Ranks ranks(int count) {
        return new Ranks(
                RankDevices.open(
                        count, rank -> cuda.backend(rank, count), backends -> new NcclFabric(nccl.nccl(), backends)),
                PATIENCE);
    }

    private static void allReduce(Ranks ranks) {
        ranks.each(rank -> {
            try (TensorArena arena = memory(rank)) {
                rank.communicator().allReduce(arena.matrix(DType.F32, 1, 99));
            }
        });
    }

    private static TensorArena memory(Rank rank) {
        return new TensorArena(rank.backend().unlimited(), "test");
    }

    @Test
    void whatIsNoNccl_isNotOpened() {
        assertThat(Nccl.open("/no/such/libnccl.so.2")).isEmpty();
    }

    @Test
    void cardsThatCannotBeJoined_leaveNothingBehind() {
        long before = cuda.usedBytes();
        nccl.fail("ncclCommInitAll", 2);
        assertThatThrownBy(() -> ranks(2))
                .isInstanceOfSatisfying(
                        CudaException.class, e -> assertThat(e.code()).isEqualTo("CUDA-NCCL"))
                .hasMessageContaining("ncclCommInitAll gave ncclSystemError (2): as the fake library was told");
        assertThat(cuda.usedBytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ncclGroupStart", "ncclSend", "ncclRecv", "ncclGroupEnd", "ncclAllGather"})
    void refusedCalls_endAllRanks_andGiveTheirCommunicatorsUp(String call) {
        int given = nccl.calls("ncclCommAbort");
        int destroyed = nccl.calls("ncclCommDestroy");
        try (Ranks ranks = ranks(3)) {
            nccl.fail(call, 5);
            assertThatThrownBy(() -> allReduce(ranks))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining(call + " gave ncclInvalidUsage (5)");
            nccl.fail("", 0);
        }
        int abandoned = nccl.calls("ncclCommAbort") - given;
        assertThat(abandoned).isPositive();
        assertThat(abandoned + nccl.calls("ncclCommDestroy") - destroyed).isEqualTo(3);
    }

    /// A card that waits for another for ever, of which NCCL knows that it has failed.
    @Test
    void whatFailsWhileItRuns_isNoticed_andTheOthersAreTold() {
        int given = nccl.calls("ncclCommAbort");
        try (Ranks ranks = ranks(2)) {
            allReduce(ranks);
            cuda.fail("cuStreamQuery", NOT_READY);
            nccl.asyncError(1, REMOTE_ERROR);
            assertThatThrownBy(() -> allReduce(ranks))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("all-reduce gave ncclRemoteError (6)");
            cuda.fail("", 0);
        }
        assertThat(nccl.calls("ncclCommAbort") - given).isEqualTo(2);
    }

    @Test
    void ranksThatDoDifferentThings_areToldBeforeTheirCardsWait() {
        int sent = nccl.calls("ncclSend");
        try (Ranks ranks = ranks(2)) {
            assertThatThrownBy(() -> ranks.each(rank -> {
                        try (TensorArena arena = memory(rank)) {
                            rank.communicator().allReduce(arena.matrix(DType.F32, 1, rank.number() == 0 ? 10 : 20));
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ranks disagree");
        }
        assertThat(nccl.calls("ncclSend")).isEqualTo(sent);
    }

    @Test
    void oneCard_isAWorldOfItsOwn() {
        try (Ranks ranks = ranks(1)) {
            List<float[]> sums = ranks.run(rank -> {
                try (TensorArena arena = memory(rank)) {
                    Matrix values = arena.matrix(DType.F32, 1, 3);
                    rank.backend().elements().fill(values, 2.5f);
                    rank.communicator().allReduce(values);
                    float[] sum = new float[3];
                    arena.fetch(values, sum, 3);
                    return sum;
                }
            });
            assertThat(sums.getFirst()).containsExactly(2.5f, 2.5f, 2.5f);
        }
    }
}
