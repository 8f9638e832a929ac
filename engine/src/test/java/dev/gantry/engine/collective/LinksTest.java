package dev.gantry.engine.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.CpuBackend;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// What links carry, on a fabric whose copies take a time that is told.
class LinksTest {
    private static final double MIB = 1 << 20;

    private long nanos;
    private int copies;

    /// Whoever receives takes 5 ms for its number and one: links of three rates.
    private final Fabric slow = new Fabric() {
        @Override
        public Carrier carrier() {
            return Carrier.DRIVER;
        }

        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public void copy(int rank, MemorySegment from, MemorySegment into) {
            Fabric.HOST.copy(rank, from, into);
            nanos += 5_000_000L * (rank + 1);
            copies++;
        }

        @Override
        public Communicator join(Communicator local, Runnable requireSound) {
            return local;
        }

        @Override
        public void close() {}
    };

    @Test
    void eachLinkIsMeasured_inItsDirection_forAMoment() {
        try (RankDevices three = RankDevices.open(3, _ -> new CpuBackend(1), _ -> slow)) {
            Links links = Links.measure(three, () -> nanos);
            for (int from = 0; from < 3; from++) {
                for (int to = 0; to < 3; to++) {
                    double expected = from == to ? 0 : 8 * MIB / (0.005 * (to + 1));
                    assertThat(links.bytesPerSecond().get(from).get(to)).isCloseTo(expected, within(1.0));
                }
            }
            assertThat(links.slowest()).isCloseTo(8 * MIB / 0.015, within(1.0));
            assertThat(links.fastest()).isCloseTo(8 * MIB / 0.005, within(1.0));
            assertThat(copies).isEqualTo(2 * (6 + 3 + 2) + 6); // 30 ms each, and one to wake up
        }
    }

    @Test
    void oneRank_hasNoLinks() {
        try (RankDevices one = RankDevices.open(1, _ -> new CpuBackend(1), _ -> slow)) {
            assertThat(Links.measure(one, () -> nanos).slowest()).isInfinite();
            assertThat(copies).isZero();
        }
    }
}
