package dev.gantry.offload.cards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.offload.cards.Division.Dealt;
import dev.gantry.offload.cards.Division.Sharded;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DivisionsTest {
    private static final long MB = 1 << 20;
    private static final LayeredJob JOB = new LayeredJob(12, 100 * MB, 1e12, MB, 8);

    private static Divisions cards(double bytesPerSecond, Card... cards) {
        double[][] links = new double[cards.length][cards.length];
        for (double[] row : links) {
            Arrays.fill(row, bytesPerSecond);
        }
        return new Divisions(List.of(cards), links);
    }

    private static Card card(long roomMb, double teraflops) {
        return new Card(roomMb * MB, teraflops * 1e12);
    }

    @Test
    void fastLinks_makeShards() {
        Divisions two = cards(1e12, card(5000, 1), card(5000, 1));
        assertThat(two.fastest(JOB)).contains(new Sharded(4 * 12)); // four micro-batches of 12 layers each
    }

    @Test
    void slowLinks_dealLayers() {
        Divisions two = cards(20 * MB, card(5000, 1), card(5000, 1));
        // six layers and a hand-over of 0.1 s, eight times and once more
        assertThat(two.fastest(JOB)).contains(new Dealt(List.of(6, 6), 9 * 6.1));
        assertThat(two.sharded(JOB).orElseThrow().secondsPerStep()).isCloseTo(60, within(1e-9)); // gathering decides
    }

    @Test
    void layersAreDealtBySpeed_andByRoom() {
        Divisions unequal = cards(1e12, card(5000, 3), card(5000, 1));
        assertThat(unequal.dealt(JOB).orElseThrow().layers()).containsExactly(9, 3);
        Divisions tight = cards(1e12, card(450, 3), card(5000, 1));
        assertThat(tight.dealt(JOB).orElseThrow().layers()).containsExactly(4, 8);
    }

    @Test
    void cardsThatAreNotNeeded_getNothing() {
        LayeredJob small = new LayeredJob(2, 100 * MB, 1e12, MB, 8);
        Divisions three = cards(1e12, card(5000, 2), card(5000, 1), card(5000, 0.1));
        assertThat(three.dealt(small).orElseThrow().layers()).containsExactly(2, 0, 0);
    }

    @Test
    void oneCard_holdsAll() {
        assertThat(cards(1, card(1200, 1)).fastest(JOB)).contains(new Sharded(8 * 12));
    }

    @Test
    void whatDoesNotFit_hasNoDivision() {
        assertThat(cards(1e12, card(500, 1), card(600, 1)).fastest(JOB)).isEmpty();
        assertThat(cards(1e12, card(600, 1), card(600, 1)).fastest(JOB))
                .as("shards need room for whole layers besides")
                .containsInstanceOf(Dealt.class);
    }

    @Test
    void noOtherDealIsFaster() {
        Random random = new Random(20_261_130);
        for (int round = 0; round < 200; round++) {
            Divisions three = cards(
                    1e15,
                    card(200 + random.nextInt(1000), 1 + random.nextInt(5)),
                    card(200 + random.nextInt(1000), 1 + random.nextInt(5)),
                    card(200 + random.nextInt(1000), 1 + random.nextInt(5)));
            double best = Double.POSITIVE_INFINITY;
            for (int first = 0; first <= 12; first++) {
                for (int second = 0; first + second <= 12; second++) {
                    best = Math.min(best, slowest(three, first, second, 12 - first - second));
                }
            }
            Optional<Dealt> dealt = three.dealt(JOB);
            assertThat(dealt.isPresent()).isEqualTo(best < Double.POSITIVE_INFINITY);
            if (dealt.isPresent()) {
                int[] layers = dealt.get().layers().stream()
                        .mapToInt(Integer::intValue)
                        .toArray();
                assertThat(IntStream.of(layers).sum()).isEqualTo(12);
                assertThat(slowest(three, layers)).isCloseTo(best, within(1e-9));
            }
        }
    }

    /// Seconds of the slowest card; endless where one has no room.
    private static double slowest(Divisions cards, int... layers) {
        double slowest = 0;
        for (int card = 0; card < layers.length; card++) {
            Card each = cards.cards().get(card);
            boolean fits = layers[card] * JOB.layerBytes() <= each.roomBytes();
            slowest = Math.max(
                    slowest,
                    fits ? layers[card] * (JOB.layerFlops() / each.flopsPerSecond()) : Double.POSITIVE_INFINITY);
        }
        return slowest;
    }
}
