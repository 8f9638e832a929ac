package dev.gantry.engine.optim;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.OptimizerKernels.LarsStep;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// LARS (You, Gitman, Ginsburg 2017).
public final class Lars implements Optimizer {
    private final OptimizerSettings.Lars settings;
    private final Backend backend;
    private final List<Trainable> trainables;
    private final SequencedMap<String, Matrix> states = new LinkedHashMap<>();
    private long steps;

    Lars(OptimizerSettings.Lars settings, Backend backend, List<Trainable> trainables, TensorArena arena) {
        this.settings = settings;
        this.backend = backend;
        this.trainables = List.copyOf(trainables);
        for (Trainable trainable : trainables) {
            Matrix value = trainable.value();
            Matrix momentum = arena.matrix(DType.F32, value.rows(), value.columns());
            if (states.put(stateName(trainable), momentum) != null) {
                throw new IllegalArgumentException("two trained tensors are called " + trainable.name());
            }
        }
    }

    @Override
    public void step(double learningRate, float gradientScale) {
        steps++;
        int index = 0;
        for (Matrix momentum : states.values()) {
            Trainable t = trainables.get(index++);
            LarsStep step = new LarsStep(
                    learningRate,
                    settings.momentum(),
                    t.weightDecay().of(settings.weightDecay()),
                    settings.trustCoefficient(),
                    settings.epsilon());
            backend.optimizers().lars(t.value(), t.gradient(), momentum, step, gradientScale);
        }
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public SequencedMap<String, Matrix> states() {
        return Collections.unmodifiableSequencedMap(states);
    }

    @Override
    public void resumeAt(long made) {
        steps = made;
    }

    private static String stateName(Trainable trainable) {
        return trainable.name() + ".momentum_buffer";
    }
}
