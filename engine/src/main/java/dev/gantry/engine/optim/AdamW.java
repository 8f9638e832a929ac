package dev.gantry.engine.optim;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import java.util.SequencedMap;

/// AdamW as PyTorch computes it.
public final class AdamW implements Optimizer {
    private final OptimizerSettings.AdamW settings;
    private final Backend backend;
    private final List<Trainable> trainables;
    private final AdamMoments moments;

    AdamW(OptimizerSettings.AdamW settings, Backend backend, List<Trainable> trainables, TensorArena arena) {
        this.settings = settings;
        this.backend = backend;
        this.trainables = List.copyOf(trainables);
        this.moments = new AdamMoments(trainables, AdamConstants.of(settings), arena);
    }

    @Override
    public void step(double learningRate, float gradientScale) {
        moments.advance();
        for (int i = 0; i < trainables.size(); i++) {
            Trainable t = trainables.get(i);
            backend.optimizers()
                    .adamW(
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
