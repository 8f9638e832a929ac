package dev.gantry.engine.cpu.kernels.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.cpu.kernels.RandomMatrices;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import org.junit.jupiter.api.Test;

/// Element-wise kernels, reductions and look-ups on small numbers.
class ScalarElementsTest {
    private final ScalarElements elements = new ScalarElements();
    private final ScalarEmbeddings embeddings = new ScalarEmbeddings();

    @Test
    void copyRoundsToNearestEven() {
        try (RandomMatrices make = new RandomMatrices("copyRounds")) {
            float step = 1f / 128; // distance of bf16 numbers at 1
            Matrix x = make.row(1 + step / 2, 1 + 1.5f * step, 3.4e38f, Float.NaN, -0f);
            Matrix y = make.zeros(DType.BF16, 1, 5);
            elements.copy(x, y);
            assertThat(Elements.get(y, 0, 0)).isEqualTo(1f);
            assertThat(Elements.get(y, 0, 1)).isEqualTo(1 + 2 * step);
            assertThat(Elements.get(y, 0, 2)).isEqualTo(Float.POSITIVE_INFINITY);
            assertThat(Elements.get(y, 0, 3)).isNaN();
            assertThat(Float.floatToRawIntBits(Elements.get(y, 0, 4))).isEqualTo(Float.floatToRawIntBits(-0f));
        }
    }

    @Test
    void sumsAddUp() {
        try (RandomMatrices make = new RandomMatrices("sumsAddUp")) {
            Matrix x = make.zeros(DType.F32, 2, 2);
            Elements.set(x, 0, 0, 1);
            Elements.set(x, 0, 1, 2);
            Elements.set(x, 1, 0, 3);
            Matrix sums = make.row(10, 20);
            elements.addColumnSums(x, sums);
            elements.add(2, sums, sums);
            assertThat(Elements.get(sums, 0, 0)).isEqualTo(42);
            assertThat(Elements.get(sums, 0, 1)).isEqualTo(66);
            assertThat(elements.sumOfSquares(x)).isEqualTo(14);
        }
    }

    @Test
    void dropoutKeepsItsRateAndScalesTheRest() {
        try (RandomMatrices make = new RandomMatrices("dropoutKeepsItsRate")) {
            Matrix x = make.zeros(DType.F32, 100, 1000);
            elements.fill(x, 1);
            Matrix y = make.zeros(DType.F32, 100, 1000);
            elements.dropout(x, 0.2f, 42, y);
            double kept = elements.sumOfSquares(y) / (1.25 * 1.25);
            assertThat(kept).isCloseTo(80_000, within(600.0)); // five standard deviations
            Matrix again = make.zeros(DType.F32, 10, 1000);
            elements.dropout(x.rows(0, 10), 0.2f, 42, again);
            assertThat(again.data()
                            .mismatch(
                                    y.rows(0, 10).data().asSlice(0, again.data().byteSize())))
                    .isEqualTo(-1);
            elements.dropout(x.rows(0, 10), 0.2f, 43, again);
            assertThat(again.data().mismatch(y.data())).isNotEqualTo(-1);
        }
    }

    @Test
    void scatterIsTheTransposeOfGather() {
        try (RandomMatrices make = new RandomMatrices("scatterIsTheTranspose")) {
            Matrix ids = make.ids(1, 3, 1);
            Matrix table = make.normal(DType.BF16, 6, 4);
            Matrix y = make.zeros(DType.F32, 3, 4);
            embeddings.gather(ids, 2, table, y, Accumulate.OVERWRITE);
            embeddings.gather(ids, 2, table, y, Accumulate.ADD);
            assertThat(Elements.get(y, 1, 2)).isEqualTo(2 * Elements.get(table, 5, 2));
            Matrix dy = make.normal(DType.F32, 3, 4);
            Matrix dTable = make.zeros(DType.F32, 6, 4);
            embeddings.scatterAdd(ids, 2, dy, dTable);
            assertThat(Elements.get(dTable, 3, 1)).isEqualTo(Elements.get(dy, 0, 1) + Elements.get(dy, 2, 1));
            assertThat(Elements.get(dTable, 0, 1)).isZero();
            assertThatThrownBy(() -> embeddings.gather(make.ids(4), 2, table, y.row(0), Accumulate.ADD))
                    .hasMessage("id 4 of token 0 plus offset 2 is outside the table of 6 entries");
        }
    }
}
