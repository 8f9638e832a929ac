package dev.gantry.engine.optim;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import java.util.SequencedMap;

/// LAMB, algorithm 2 of You et al. 2020, with the identity as φ.
public final class Lamb implements Optimizer {
    private final OptimizerSettings.Lamb settings;
    private final Backend backend;
    private final List<Trainable> trainables;
    private final AdamMoments moments;

    Lamb(OptimizerSettings.Lamb settings, Backend backend, List<Trainable> trainables, TensorArena arena) {
        this.settings = settings;
        this.backend = backend;
        this.trainables = List.copyOf(trainables);
        this.moments = new AdamMoments(
                trainables, new AdamConstants(settings.beta1(), settings.beta2(), settings.epsilon()), arena);
    }

    @Override
    public void step(double learningRate, float gradientScale) {
        moments.advance();
        for (int i = 0; i < trainables.size(); i++) {
            Trainable t = trainables.get(i);
            backend.optimizers()
                    .lamb(
                            t.value(),
                            t.gradient(),
                            moments.first(i),
                            moments.second(i),
                            moments.step(learningRate, t.weightDecay().of(settings.weightDecay())),
                            gradientScale);
        }
    }

    @Override
    public long steps() {
        return moments.steps();
    }

    @Override
    public SequencedMap<String, Matrix> states() {
        return moments.states();
    }

    @Override
    public void resumeAt(long steps) {
        moments.resumeAt(steps);
    }
}
