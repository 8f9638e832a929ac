package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.cpu.Elements;
import dev.gantry.engine.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// AdamW in one pass. It runs at the speed of memory, so moments and gradient are not staged in scratch; only the
/// parameter is, because its storage varies. Constants are rounded to f32 once.
record FusedAdam(
        float beta1,
        float rest1,
        float beta2,
        float rest2,
        float keep,
        float rate,
        float root2,
        float epsilon,
        float gradientScale) {

    static FusedAdam of(AdamStep step, float gradientScale) {
        return new FusedAdam(
                (float) step.beta1(),
                (float) (1 - step.beta1()),
                (float) step.beta2(),
                (float) (1 - step.beta2()),
                (float) (1 - step.learningRate() * step.weightDecay()),
                (float) (-step.learningRate() / step.biasCorrection1()),
                (float) (1 / Math.sqrt(step.biasCorrection2())),
                (float) step.epsilon(),
                gradientScale);
    }

    /// `w = keep · w + rate · m / (root2 · sqrt(v) + epsilon)` after the moments; offsets are bytes of f32 memory.
    void update(
            float[] w,
            MemorySegment gradient,
            long gradientAt,
            MemorySegment m,
            long mAt,
            MemorySegment v,
            long vAt,
            int count) {
        int i = 0;
        for (int bound = F.loopBound(count); i < bound; i += COUNT) {
            long at = 4L * i;
            FloatVector g = FloatVector.fromMemorySegment(F, gradient, gradientAt + at, LITTLE_ENDIAN)
                    .mul(gradientScale);
            FloatVector oldM = FloatVector.fromMemorySegment(F, m, mAt + at, LITTLE_ENDIAN);
            FloatVector oldV = FloatVector.fromMemorySegment(F, v, vAt + at, LITTLE_ENDIAN);
            FloatVector newM = g.fma(FloatVector.broadcast(F, rest1), oldM.mul(beta1));
            FloatVector newV = g.mul(g).fma(FloatVector.broadcast(F, rest2), oldV.mul(beta2));
            newM.intoMemorySegment(m, mAt + at, LITTLE_ENDIAN);
            newV.intoMemorySegment(v, vAt + at, LITTLE_ENDIAN);
            FloatVector root = newV.sqrt().fma(FloatVector.broadcast(F, root2), FloatVector.broadcast(F, epsilon));
            newM.div(root)
                    .fma(
                            FloatVector.broadcast(F, rate),
                            FloatVector.fromArray(F, w, i).mul(keep))
                    .intoArray(w, i);
        }
        updateEach(w, gradient, gradientAt, m, mAt, v, vAt, i, count);
    }

    /// The same operations one by one, hence the same bits: where a run ends must not change a parameter.
    private void updateEach(
            float[] w,
            MemorySegment gradient,
            long gradientAt,
            MemorySegment m,
            long mAt,
            MemorySegment v,
            long vAt,
            int from,
            int count) {
        for (int i = from; i < count; i++) {
            long at = 4L * i;
            float g = Elements.get(DType.F32, gradient, gradientAt + at) * gradientScale;
            float newM = Math.fma(g, rest1, Elements.get(DType.F32, m, mAt + at) * beta1);
            float newV = Math.fma(g * g, rest2, Elements.get(DType.F32, v, vAt + at) * beta2);
            Elements.set(DType.F32, m, mAt + at, newM);
            Elements.set(DType.F32, v, vAt + at, newV);
            float root = Math.fma((float) Math.sqrt(newV), root2, epsilon);
            w[i] = Math.fma(newM / root, rate, w[i] * keep);
        }
    }
}
