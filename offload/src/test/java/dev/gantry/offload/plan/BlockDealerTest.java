package dev.gantry.offload.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.collective.Links;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Retention;
import dev.gantry.engine.pass.TinyDecoders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockDealerTest {
    private static final DecoderSpec SPEC = TinyDecoders.withVocabulary(
            TinyDecoders.withLayers(Objects.requireNonNull(TinyDecoders.all().get("llama-gqa")), 12), 300);
    private static final long BLOCK = 100;
    private static final MachineRates FAST = new MachineRates(3e9, 1e9);
    private static final MachineRates SLOW = new MachineRates(1e9, 1e9);

    /// The head has nothing to do unless `labelledShare` says so.
    private static BlockDealer dealer(List<Long> budgets, List<MachineRates> rates, double labelledShare) {
        TrainingJob job = new TrainingJob(
                        SPEC, Map.of(), ComputeType.F32, Map.of(), 0, Set.of(), 16, 8, 0, Retention.BOUNDARY, 1)
                .withText(new TrainingJob.Text(16, labelledShare));
        return new BlockDealer(
                job,
                Retention.BOUNDARY,
                budgets,
                rates,
                Links.uniform(budgets.size(), 1e12),
                counts -> counts.stream().map(count -> 50 + count * BLOCK).toList());
    }

    @Test
    void alike_getAlike_andTheFasterMore() {
        assertThat(dealer(List.of(5000L, 5000L, 5000L), List.of(SLOW, SLOW, SLOW), 0)
                        .counts())
                .containsExactly(4, 4, 4);
        assertThat(dealer(List.of(5000L, 5000L), List.of(FAST, SLOW), 0).counts())
                .containsExactly(9, 3);
    }

    /// 50 bytes are taken by what is not of blocks.
    @Test
    void nobodyGetsMoreThanItHolds() {
        assertThat(dealer(List.of(450L, 5000L), List.of(FAST, SLOW), 0).counts())
                .containsExactly(4, 8);
        assertThat(dealer(List.of(449L, 5000L), List.of(FAST, SLOW), 0).counts())
                .containsExactly(3, 9);
    }

    /// This head is some two and a half blocks' work.
    @Test
    void whoHasTheHead_getsFewerBlocks() {
        assertThat(dealer(List.of(5000L, 5000L), List.of(SLOW, SLOW), 1).counts())
                .containsExactly(7, 5);
    }

    @Test
    void everybodyGetsOne_howeverSlow_andHoweverLittleFits() {
        MachineRates crawling = new MachineRates(1e6, 1e9);
        assertThat(dealer(List.of(5000L, 5000L, 5000L), List.of(FAST, crawling, SLOW), 0)
                        .counts())
                .containsExactly(8, 1, 3);
        BlockDealer tight = dealer(List.of(60L, 60L), List.of(SLOW, SLOW), 0);
        assertThat(tight.fastest()).isEmpty();
        assertThat(tight.counts()).containsExactly(6, 6);
    }

    @Test
    void bytesAreAskedForTwice_howeverManyBlocks() {
        List<List<Integer>> asked = new ArrayList<>();
        BlockDealer dealer = dealer(List.of(5000L, 5000L), List.of(SLOW, SLOW), 0);
        new BlockDealer(dealer.job(), dealer.retention(), dealer.budgets(), dealer.rates(), dealer.links(), counts -> {
                    asked.add(counts);
                    return dealer.bytes().apply(counts);
                })
                .counts();
        assertThat(asked).containsExactly(List.of(6, 6), List.of(5, 7));
    }
}
