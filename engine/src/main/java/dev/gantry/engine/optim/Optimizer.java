package dev.gantry.engine.optim;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import java.util.List;
import java.util.SequencedMap;

/// Turns gradients into new values of a fixed list of tensors; its states are f32 and live in an arena.
public sealed interface Optimizer permits AdamW, Lamb, Lars {

    /// Allocates zeroed states for `trainables` in `arena`.
    static Optimizer of(OptimizerSettings settings, Backend backend, List<Trainable> trainables, TensorArena arena) {
        return switch (settings) {
            case OptimizerSettings.AdamW adamW -> new AdamW(adamW, backend, trainables, arena);
            case OptimizerSettings.Lamb lamb -> new Lamb(lamb, backend, trainables, arena);
            case OptimizerSettings.Lars lars -> new Lars(lars, backend, trainables, arena);
        };
    }

    /// Updates every tensor once.
    ///
    /// @param gradientScale multiplies every gradient first, see {@link GradientClipping}
    void step(double learningRate, float gradientScale);

    /// Updates made so far.
    long steps();

    /// The states by name, as live views: a checkpoint writes them, and a resume copies into them.
    SequencedMap<String, Matrix> states();

    /// Continues as if `steps` updates had been made; the states must have been copied in.
    void resumeAt(long steps);
}
