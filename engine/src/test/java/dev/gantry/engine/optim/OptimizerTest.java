package dev.gantry.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    private final TensorArena arena = new TensorArena();
    private final CpuBackend backend = new CpuBackend(1);

    @AfterEach
    void close() {
        backend.close();
        arena.close();
    }

    private Matrix matrix(float... values) {
        Matrix matrix = arena.matrix(DType.F32, 1, values.length);
        MemorySegment.copy(values, 0, matrix.data(), ValueLayout.JAVA_FLOAT, 0, values.length);
        return matrix;
    }

    private static float[] values(Matrix matrix) {
        return matrix.data().toArray(ValueLayout.JAVA_FLOAT);
    }

    private Trainable trainable(String name, WeightDecay decay) {
        return new Trainable(name, matrix(0.5f, -1, 2), matrix(0.1f, -0.2f, 0.3f), decay);
    }

    @Test
    void adamW_followsPyTorch_overThreeSteps() {
        Trainable t = trainable("w", WeightDecay.APPLIED);
        var settings = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
        Optimizer optimizer = Optimizer.of(settings, backend, List.of(t), arena);
        double[] w = {0.5, -1, 2};
        double[] g = {0.1, -0.2, 0.3};
        double[] m = new double[3];
        double[] v = new double[3];
        for (int step = 1; step <= 3; step++) {
            optimizer.step(1e-2, 0.5f);
            for (int i = 0; i < 3; i++) {
                double scaled = 0.5 * g[i];
                m[i] = 0.9 * m[i] + 0.1 * scaled;
                v[i] = 0.999 * v[i] + 0.001 * scaled * scaled;
                w[i] -= 1e-2 * 0.01 * w[i];
                double mHat = m[i] / (1 - Math.pow(0.9, step));
                double vHat = v[i] / (1 - Math.pow(0.999, step));
                w[i] -= 1e-2 * mHat / (Math.sqrt(vHat) + 1e-8);
            }
        }
        assertClose(values(t.value()), w);
    }

    @Test
    void lamb_scalesEachTensorByItsTrustRatio() {
        Trainable t = trainable("w", WeightDecay.APPLIED);
        var settings = new OptimizerSettings.Lamb(0.9, 0.999, 1e-6, 0.1);
        Optimizer.of(settings, backend, List.of(t), arena).step(1e-2, 1);
        double[] w = {0.5, -1, 2};
        double[] g = {0.1, -0.2, 0.3};
        double[] update = new double[3];
        double weights = 0;
        double updates = 0;
        for (int i = 0; i < 3; i++) {
            update[i] = g[i] / (Math.abs(g[i]) + 1e-6) + 0.1 * w[i]; // the corrected moments of step 1 are g and g²
            weights += w[i] * w[i];
            updates += update[i] * update[i];
        }
        for (int i = 0; i < 3; i++) {
            w[i] -= 1e-2 * Math.sqrt(weights / updates) * update[i];
        }
        assertClose(values(t.value()), w);
    }

    @Test
    void lars_keepsMomentumOfTheLocallyScaledGradient() {
        Trainable t = trainable("w", WeightDecay.APPLIED);
        var settings = new OptimizerSettings.Lars(0.9, 0.01, 0.02, 0);
        Optimizer optimizer = Optimizer.of(settings, backend, List.of(t), arena);
        double[] w = {0.5, -1, 2};
        double[] g = {0.1, -0.2, 0.3};
        double[] velocity = new double[3];
        for (int step = 0; step < 2; step++) {
            optimizer.step(0.1, 1);
            double local = 0.02 * norm(w) / (norm(g) + 0.01 * norm(w));
            for (int i = 0; i < 3; i++) {
                velocity[i] = 0.9 * velocity[i] + 0.1 * local * (g[i] + 0.01 * w[i]);
            }
            for (int i = 0; i < 3; i++) {
                w[i] -= velocity[i];
            }
        }
        assertClose(values(t.value()), w);
    }

    @Test
    void weightDecay_leavesExemptTensorsAlone() {
        Trainable decayed = new Trainable("a", matrix(1), matrix(0), WeightDecay.APPLIED);
        Trainable exempt = new Trainable("b", matrix(1), matrix(0), WeightDecay.EXEMPT);
        var settings = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.5);
        Optimizer.of(settings, backend, List.of(decayed, exempt), arena).step(0.1, 1);
        assertThat(values(decayed.value())).containsExactly(0.95f);
        assertThat(values(exempt.value())).containsExactly(1f);
    }

    @Test
    void states_carriedOver_continueToTheSameBits() {
        var settings = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0.01);
        Trainable whole = trainable("w", WeightDecay.APPLIED);
        Optimizer uninterrupted = Optimizer.of(settings, backend, List.of(whole), arena);
        Trainable split = trainable("w", WeightDecay.APPLIED);
        Optimizer before = Optimizer.of(settings, backend, List.of(split), arena);
        uninterrupted.step(1e-2, 1);
        uninterrupted.step(1e-2, 1);
        before.step(1e-2, 1);
        Optimizer after = Optimizer.of(settings, backend, List.of(split), arena);
        before.states().forEach((name, state) -> state(after, name).data().copyFrom(state.data()));
        after.resumeAt(before.steps());
        after.step(1e-2, 1);
        assertThat(before.states().sequencedKeySet()).containsExactly("w.exp_avg", "w.exp_avg_sq");
        assertThat(values(split.value())).containsExactly(values(whole.value()));
    }

    @Test
    void step_allocatesNothing() {
        Trainable t = trainable("w", WeightDecay.APPLIED);
        Optimizer optimizer =
                Optimizer.of(new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0), backend, List.of(t), arena);
        long before = arena.allocations();
        optimizer.step(1e-3, 1);
        assertThat(arena.allocations()).isEqualTo(before);
    }

    @Test
    void of_refuses_twoTensorsOfOneName() {
        List<Trainable> twins = List.of(trainable("w", WeightDecay.APPLIED), trainable("w", WeightDecay.APPLIED));
        var settings = new OptimizerSettings.AdamW(0.9, 0.999, 1e-8, 0);
        assertThatThrownBy(() -> Optimizer.of(settings, backend, twins, arena)).hasMessageContaining("w");
    }

    @Test
    void clipping_bringsTheNormOfAllTensorsToTheLimit() {
        Trainable a = new Trainable("a", matrix(0, 0), matrix(3, 0), WeightDecay.APPLIED);
        Trainable b = new Trainable("b", matrix(0), matrix(4), WeightDecay.APPLIED);
        double norm = GradientClipping.globalNorm(backend, List.of(a, b));
        assertThat(norm).isCloseTo(5, within(1e-9));
        assertThat(GradientClipping.scale(norm, 1)).isEqualTo((float) (1 / (5 + 1e-6)));
        assertThat(GradientClipping.scale(0.5, 1)).isEqualTo(1);
        assertThat(GradientClipping.scale(norm, 0)).isEqualTo(1);
    }

    private static Matrix state(Optimizer optimizer, String name) {
        return Objects.requireNonNull(optimizer.states().get(name), name);
    }

    private static double norm(double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private static void assertClose(float[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(2e-6));
        }
    }
}
