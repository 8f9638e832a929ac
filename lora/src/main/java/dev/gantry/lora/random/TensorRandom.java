package dev.gantry.lora.random;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.ValueLayout;

/// Random values for one tensor: SplitMix64 (Steele, Lea, Flood 2014), started from a seed and the tensor's name, so
/// that a tensor's values do not depend on which other tensors there are.
public final class TensorRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private long state;

    public TensorRandom(long seed, String tensorName) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < tensorName.length(); i++) {
            hash = (hash ^ tensorName.charAt(i)) * FNV_PRIME;
        }
        this.state = mix(seed + GOLDEN) ^ mix(hash);
    }

    /// The next 64 bits.
    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /// Leaves out so many normal values.
    public void skipNormals(long count) {
        state += 2 * count * GOLDEN; // each takes two numbers
    }

    /// Uniform in `[0, 1)`.
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /// Standard normal (Box, Muller 1958); StrictMath gives the same bits on every machine.
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * nextDouble());
    }

    /// The next values uniform in `[-bound, bound)`.
    public float[] uniform(int count, double bound) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) ((2 * nextDouble() - 1) * bound);
        }
        return values;
    }

    /// Fills an f32 matrix with values uniform in `[-bound, bound)`.
    public void fillUniform(Matrix matrix, double bound) {
        fill(matrix, () -> (2 * nextDouble() - 1) * bound);
    }

    /// Fills an f32 matrix with normal values of mean 0.
    public void fillNormal(Matrix matrix, double standardDeviation) {
        fill(matrix, () -> nextGaussian() * standardDeviation);
    }

    private static void fill(Matrix matrix, Values values) {
        if (matrix.dtype() != DType.F32) {
            throw new IllegalArgumentException("random values go into f32, not " + matrix.dtype());
        }
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++) {
                matrix.data().set(ValueLayout.JAVA_FLOAT, matrix.offset(row, column), (float) values.next());
            }
        }
    }

    private static long mix(long z) {
        long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }

    private interface Values {
        double next();
    }
}
