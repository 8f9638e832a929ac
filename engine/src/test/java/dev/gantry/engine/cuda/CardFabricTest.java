package dev.gantry.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.collective.CommunicatorContract;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.collective.Ranks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Ranks on cards of their own without an NCCL: the host as several cards, between which its driver copies. Kernels
/// of one card are refused memory of another.
class CardFabricTest extends CommunicatorContract {
    private final HostCuda cuda = HostCuda.open();
    private final long used = cuda.usedBytes();

    @BeforeEach
    void onTheHost() {
        cuda.assumeHost();
    }

    @AfterEach
    void close() {
        cuda.close();
        assertThat(cuda.usedBytes()).isEqualTo(used);
    }

    @Override
    protected Ranks ranks(int count) {
        return new Ranks(RankDevices.open(count, rank -> cuda.backend(rank, count), CardFabric::new), PATIENCE);
    }

    @Test
    void cardsWithLinks_areLetReachEachOther_howeverOften() {
        int asked = cuda.calls("cuCtxEnablePeerAccess");
        ranks(3).close();
        ranks(3).close();
        assertThat(cuda.calls("cuCtxEnablePeerAccess")).isEqualTo(asked + 12);
    }

    @Test
    void cardsWithoutLinks_areLeftToTheDriver() {
        cuda.link(false);
        int asked = cuda.calls("cuCtxEnablePeerAccess");
        memoryOfOneRank_isTakenAndReadByAnother(2);
        assertThat(cuda.calls("cuCtxEnablePeerAccess")).isEqualTo(asked);
    }
}
