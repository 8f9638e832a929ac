package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.PositionSpec.Rotary;
import dev.gantry.engine.decoder.RotaryScaling;

/// Angular frequencies of rotary embeddings under each kind of scaling.
final class RotaryFrequencies {
    private RotaryFrequencies() {}

    /// Frequency of each pair, in radians per position.
    ///
    /// @param sequenceLength tokens of the sequence; only dynamic scaling depends on it
    static float[] of(Rotary rotary, int sequenceLength) {
        return switch (rotary.scaling()) {
            case RotaryScaling.None none -> plain(rotary.theta(), rotary.rotaryDim());
            case RotaryScaling.Linear linear -> divide(plain(rotary.theta(), rotary.rotaryDim()), linear.factor());
            case RotaryScaling.Dynamic dynamic -> dynamic(rotary, dynamic, sequenceLength);
            case RotaryScaling.Yarn yarn -> yarn(rotary, yarn);
            case RotaryScaling.Llama3 llama3 -> llama3(plain(rotary.theta(), rotary.rotaryDim()), llama3);
        };
    }

    /// Factor on cosines and sines.
    static float magnitude(RotaryScaling scaling) {
        return scaling instanceof RotaryScaling.Yarn yarn ? (float) yarn.attentionFactor() : 1;
    }

    /// `theta^(-2i / dim)`.
    private static float[] plain(double theta, int dim) {
        float[] frequencies = new float[dim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / (float) Math.pow(theta, 2.0f * i / dim);
        }
        return frequencies;
    }

    private static float[] divide(float[] frequencies, double factor) {
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) (frequencies[i] / factor);
        }
        return frequencies;
    }

    /// Base stretched by `(s·n/N - (s - 1))^(d / (d - 2))` once the sequence n exceeds the original N.
    private static float[] dynamic(Rotary rotary, RotaryScaling.Dynamic scaling, int sequenceLength) {
        int dim = rotary.rotaryDim();
        double length = Math.max(sequenceLength, scaling.originalPositions());
        double stretch = scaling.factor() * length / scaling.originalPositions() - (scaling.factor() - 1);
        return plain(rotary.theta() * Math.pow(stretch, dim / (dim - 2.0)), dim);
    }

    private static float[] llama3(float[] frequencies, RotaryScaling.Llama3 scaling) {
        double longWave = scaling.originalPositions() / scaling.lowFrequencyFactor();
        double shortWave = scaling.originalPositions() / scaling.highFrequencyFactor();
        for (int i = 0; i < frequencies.length; i++) {
            double wave = 2 * Math.PI / frequencies[i];
            if (wave > longWave) {
                frequencies[i] = (float) (frequencies[i] / scaling.factor());
            } else if (wave >= shortWave) {
                double smooth = (scaling.originalPositions() / wave - scaling.lowFrequencyFactor())
                        / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
                frequencies[i] = (float) ((1 - smooth) * frequencies[i] / scaling.factor() + smooth * frequencies[i]);
            }
        }
        return frequencies;
    }

    private static float[] yarn(Rotary rotary, RotaryScaling.Yarn scaling) {
        int dim = rotary.rotaryDim();
        double fast = correctionDim(scaling.betaFast(), rotary, scaling);
        double slow = correctionDim(scaling.betaSlow(), rotary, scaling);
        boolean whole = scaling.bounds() == RotaryScaling.YarnBounds.WHOLE_PAIRS;
        double low = Math.max(whole ? Math.floor(fast) : fast, 0);
        double high = Math.min(whole ? Math.ceil(slow) : slow, dim - 1.0);
        double width = low == high ? 0.001 : high - low;
        float[] frequencies = plain(rotary.theta(), dim);
        for (int i = 0; i < frequencies.length; i++) {
            double kept = 1 - Math.clamp((i - low) / width, 0, 1);
            frequencies[i] = (float) (frequencies[i] / scaling.factor() * (1 - kept) + frequencies[i] * kept);
        }
        return frequencies;
    }

    /// The pair that turns `rotations` times over the original context.
    private static double correctionDim(double rotations, Rotary rotary, RotaryScaling.Yarn scaling) {
        return rotary.rotaryDim()
                * Math.log(scaling.originalPositions() / (rotations * 2 * Math.PI))
                / (2 * Math.log(rotary.theta()));
    }
}
