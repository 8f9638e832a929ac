package dev.gantry.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void cosine_followsTheFormula_whenWarmedUp() {
        Schedule schedule = new Schedule.Cosine(3, 20);
        assertThat(schedule.factor(0)).isZero();
        assertThat(schedule.factor(1)).isEqualTo(1 / 3.0);
        assertThat(schedule.factor(3)).isEqualTo(1);
        assertThat(schedule.factor(10)).isCloseTo(0.5 * (1 + Math.cos(Math.PI * 7 / 17)), within(1e-15));
        assertThat(schedule.factor(20)).isZero();
        assertThat(schedule.factor(30)).isZero();
    }

    @Test
    void linear_fallsToZero_atTheLastStep() {
        Schedule schedule = new Schedule.Linear(2, 10);
        assertThat(schedule.factor(1)).isEqualTo(0.5);
        assertThat(schedule.factor(2)).isEqualTo(1);
        assertThat(schedule.factor(6)).isEqualTo(0.5);
        assertThat(schedule.factor(10)).isZero();
        assertThat(schedule.factor(11)).isZero();
    }

    @Test
    void finalShare_isWhatIsLeftAtTheEnd() {
        assertThat(new Schedule.Cosine(2, 10, 0.05).factor(10)).isEqualTo(0.05);
        assertThat(new Schedule.Cosine(2, 10, 0.05).factor(2)).isEqualTo(1);
        assertThat(new Schedule.Cosine(2, 10, 0.05).factor(6)).isCloseTo(0.525, within(1e-12));
        assertThat(new Schedule.Linear(2, 10, 0.5).factor(6)).isEqualTo(0.75);
    }

    @Test
    void constant_startsAtOnce_withoutWarmup() {
        assertThat(new Schedule.Constant(0).factor(0)).isEqualTo(1);
        assertThat(new Schedule.Constant(4).factor(1)).isEqualTo(0.25);
        assertThat(new Schedule.Constant(4).factor(1000)).isEqualTo(1);
    }

    @Test
    void factor_isFinite_whenTheWarmupIsTheWholeRun() {
        assertThat(new Schedule.Cosine(5, 5).factor(5)).isEqualTo(1);
        assertThat(new Schedule.Linear(5, 5).factor(4)).isEqualTo(0.8);
    }
}
