package dev.gantry.engine.generate;

import dev.gantry.engine.backend.SamplingKernels;
import dev.gantry.engine.backend.SamplingKernels.Choice;
import dev.gantry.engine.tensor.Matrix;
import java.util.BitSet;
import java.util.SplittableRandom;

/// Chooses tokens for one sequence, remembering what it has seen. What chance says is drawn here, so that a seed gives
/// the same text wherever tokens are chosen.
public final class Sampler {
    private final SamplingKernels kernels;
    private final Sampling sampling;
    private final SplittableRandom random;
    private final BitSet seen = new BitSet();

    public Sampler(SamplingKernels kernels, Sampling sampling) {
        this.kernels = kernels;
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
    }

    /// Tells the repetition penalty about tokens that were given rather than chosen.
    public void observe(int... ids) {
        for (int id : ids) {
            seen.set(id);
        }
    }

    /// The next token.
    ///
    /// @param logits f32, one row of the vocabulary
    public int next(Matrix logits) {
        Choice choice = new Choice(
                sampling.temperature(),
                sampling.topK(),
                sampling.topP(),
                sampling.minP(),
                sampling.repetitionPenalty(),
                sampling.isGreedy() ? 0 : random.nextDouble());
        int id = kernels.choose(logits, seen, choice);
        seen.set(id);
        return id;
    }
}
