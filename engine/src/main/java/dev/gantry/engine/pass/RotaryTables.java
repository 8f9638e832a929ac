package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.PositionSpec.Rotary;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;

/// Cosines and sines of rotary angles for every position.
///
/// Angles are the f32 product of position and f32 frequency, as transformers computes them.
final class RotaryTables {
    private final TensorArena arena;
    private final Rotary rotary;
    private final int maxPositions;
    private final Matrix cosines; // f32 (positions, rotaryDim / 2)
    private final Matrix sines;
    private int coveredLength;

    RotaryTables(Rotary rotary, int maxPositions, TensorArena arena) {
        this.arena = arena;
        this.rotary = rotary;
        this.maxPositions = maxPositions;
        this.cosines = arena.matrix(DType.F32, maxPositions, rotary.rotaryDim() / 2);
        this.sines = arena.matrix(DType.F32, maxPositions, rotary.rotaryDim() / 2);
        this.coveredLength =
                rotary.scaling() instanceof RotaryScaling.Dynamic dynamic ? dynamic.originalPositions() : 0;
        if (arena.holdsMemory()) {
            compute(coveredLength);
        }
    }

    /// Whether the angles of a sequence depend on its length.
    boolean dependOnLength() {
        return rotary.scaling() instanceof RotaryScaling.Dynamic;
    }

    /// Prepares the tables for a sequence of `length` tokens. Only dynamic scaling depends on it.
    void cover(int length) {
        if (rotary.scaling() instanceof RotaryScaling.Dynamic dynamic) {
            int effective = Math.max(length, dynamic.originalPositions());
            if (effective != coveredLength) {
                compute(effective);
                coveredLength = effective;
            }
        }
    }

    Matrix cosines() {
        return cosines;
    }

    Matrix sines() {
        return sines;
    }

    private void compute(int sequenceLength) {
        float[] frequencies = RotaryFrequencies.of(rotary, sequenceLength);
        float magnitude = RotaryFrequencies.magnitude(rotary.scaling());
        int half = frequencies.length;
        float[] cosine = new float[Math.multiplyExact(maxPositions, half)];
        float[] sine = new float[cosine.length];
        for (int position = 0; position < maxPositions; position++) {
            for (int i = 0; i < half; i++) {
                float angle = position * frequencies[i];
                cosine[position * half + i] = (float) (Math.cos(angle) * magnitude);
                sine[position * half + i] = (float) (Math.sin(angle) * magnitude);
            }
        }
        arena.put(cosine, cosines);
        arena.put(sine, sines);
    }
}
