package dev.gantry.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LossScaleTest {
    @Test
    void skippedStep_halvesIt_andCounts() {
        LossScale scale = LossScale.START.afterGood().afterSkipped();
        assertThat(scale).isEqualTo(new LossScale(0x1p15f, 0, 1));
        assertThat(scale.canFall()).isTrue();
        assertThat(new LossScale(1, 0, 16).canFall()).isFalse();
    }

    @Test
    void longWithoutASkippedStep_doublesIt_asFarAsItGoes() {
        LossScale scale = LossScale.START;
        for (int step = 1; step < LossScale.PATIENCE; step++) {
            scale = scale.afterGood();
            assertThat(scale).isEqualTo(new LossScale(0x1p16f, step, 0));
        }
        assertThat(scale.afterGood()).isEqualTo(new LossScale(0x1p17f, 0, 0));
        assertThat(new LossScale(0x1p24f, LossScale.PATIENCE - 1, 3).afterGood())
                .isEqualTo(new LossScale(0x1p24f, 0, 3));
    }

    @Test
    void onlyPowersOfTwo_areTaken() {
        for (float factor : new float[] {0, 0.5f, 3, -2, Float.NaN, 0x1p25f, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new LossScale(factor, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
