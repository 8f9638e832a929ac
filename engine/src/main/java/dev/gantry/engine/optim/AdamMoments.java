package dev.gantry.engine.optim;

import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// First and second moments of every trained tensor, and the bias corrections of the running step.
final class AdamMoments {
    private final List<Matrix> first = new ArrayList<>();
    private final List<Matrix> second = new ArrayList<>();
    private final SequencedMap<String, Matrix> states = new LinkedHashMap<>();
    private final AdamConstants constants;
    private long steps;

    AdamMoments(List<Trainable> trainables, AdamConstants constants, TensorArena arena) {
        this.constants = constants;
        for (Trainable trainable : trainables) {
            first.add(state(trainable, "exp_avg", arena));
            second.add(state(trainable, "exp_avg_sq", arena));
        }
    }

    private Matrix state(Trainable trainable, String kind, TensorArena arena) {
        Matrix value = trainable.value();
        Matrix state = arena.matrix(DType.F32, value.rows(), value.columns());
        if (states.put(trainable.name() + "." + kind, state) != null) {
            throw new IllegalArgumentException("two trained tensors are called " + trainable.name());
        }
        return state;
    }

    void advance() {
        steps++;
    }

    /// Constants of the running step.
    AdamStep step(double learningRate, double weightDecay) {
        return constants.at(steps, learningRate, weightDecay);
    }

    Matrix first(int index) {
        return first.get(index);
    }

    Matrix second(int index) {
        return second.get(index);
    }

    long steps() {
        return steps;
    }

    void resumeAt(long made) {
        steps = made;
    }

    SequencedMap<String, Matrix> states() {
        return Collections.unmodifiableSequencedMap(states);
    }
}
