package dev.gantry.offload.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.decoder.Module;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.tensor.DType;
import dev.gantry.offload.ranks.TrainedTensor.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Shares of units of random sizes cover every element once, are cut only where allowed, and are nearly equal.
class SharingTest {
    private static final long SEED = 20_261_126;
    private static final int RUN = ElementKernels.SQUARES_RUN;

    @ParameterizedTest
    @EnumSource(Sharing.Grain.class)
    void sharesCoverEveryElementOnce_andAreCutWhereAllowed(Sharing.Grain grain) {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        for (int trial = 0; trial < 200; trial++) {
            int ranks = 1 + random.nextInt(6);
            UnitLayout unit = unit(random, new Sharing(ranks, false, grain));
            long payload = 0;
            long largest = 0;
            for (UnitLayout.Part part : unit.parts()) {
                long expected = 0;
                for (int rank = 0; rank < ranks; rank++) {
                    for (UnitLayout.Slice slice : unit.slices(rank)) {
                        if (slice.part().equals(part)) {
                            assertThat(slice.from()).isEqualTo(expected);
                            assertThat(slice.from() % (grain == Sharing.Grain.WHOLE_TENSORS ? 1L << 40 : RUN))
                                    .isZero();
                            expected += slice.count();
                        }
                    }
                }
                assertThat(expected).isEqualTo(part.tensor().elements());
                payload += expected;
                largest = Math.max(largest, expected);
            }
            long readyBytes = 0;
            for (int rank = 0; rank < ranks; rank++) {
                assertThat(unit.readyStart(rank)).isEqualTo(readyBytes);
                readyBytes += unit.readyShareBytes(rank);
                long grainElements = grain == Sharing.Grain.WHOLE_TENSORS ? largest + 16 : RUN;
                assertThat(Math.abs(unit.shareElements(rank) - unit.elements() / ranks))
                        .isLessThanOrEqualTo(grainElements + 1);
            }
            assertThat(readyBytes).isEqualTo(unit.readyBytes());
            assertThat(unit.elements())
                    .isBetween(payload, payload + 15L * unit.parts().size());
        }
    }

    private static UnitLayout unit(Random random, Sharing sharing) {
        List<UnitLayout.Entry> entries = new ArrayList<>();
        int tensors = random.nextInt(9);
        for (int i = 0; i < tensors; i++) {
            int rows = 1 + random.nextInt(300);
            int columns = 1 + random.nextInt(300);
            Slot slot = new Slot.Parameter(ParameterId.weight(Module.FINAL_NORM));
            TrainedTensor tensor = new TrainedTensor("t" + i, slot, rows, columns, WeightDecay.APPLIED);
            entries.add(new UnitLayout.Entry(tensor, i, random.nextBoolean() ? DType.F32 : DType.BF16));
        }
        return new UnitLayout(entries, sharing);
    }
}
