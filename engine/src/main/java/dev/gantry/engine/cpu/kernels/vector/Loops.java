package dev.gantry.engine.cpu.kernels.vector;

import static dev.gantry.engine.cpu.kernels.vector.Lanes.COUNT;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.D;
import static dev.gantry.engine.cpu.kernels.vector.Lanes.F;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.gantry.engine.cpu.LaneSum;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/// Simple arithmetic on scratch, whole vectors at a time: elements beyond `count` may change.
final class Loops {
    private Loops() {}

    /// `a *= b`.
    static void multiply(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, a, i).mul(FloatVector.fromArray(F, b, i)).intoArray(a, i);
        }
    }

    /// `a *= b`.
    static void multiply(float[] a, float b, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, a, i).mul(b).intoArray(a, i);
        }
    }

    /// `a += b`.
    static void add(float[] a, float[] b, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, a, i).add(FloatVector.fromArray(F, b, i)).intoArray(a, i);
        }
    }

    /// `a = scale · b + a`.
    static void addScaled(float[] a, float scale, float[] b, int count) {
        FloatVector factor = FloatVector.broadcast(F, scale);
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, b, i)
                    .fma(factor, FloatVector.fromArray(F, a, i))
                    .intoArray(a, i);
        }
    }

    /// `Σ a`; the scratch must be zero up to {@link Lanes#padded}.
    static float sum(float[] a, int count) {
        FloatVector one = FloatVector.zero(F);
        FloatVector two = FloatVector.zero(F);
        FloatVector three = FloatVector.zero(F);
        FloatVector four = FloatVector.zero(F);
        for (int i = 0; i < count; i += 4 * COUNT) {
            one = one.add(FloatVector.fromArray(F, a, i));
            two = two.add(FloatVector.fromArray(F, a, i + COUNT));
            three = three.add(FloatVector.fromArray(F, a, i + 2 * COUNT));
            four = four.add(FloatVector.fromArray(F, a, i + 3 * COUNT));
        }
        return LaneSum.of(one.add(two).add(three.add(four)));
    }

    /// Largest element, a NaN never; the scratch must be minus infinity up to {@link Lanes#padded}.
    static float max(float[] a, int count) {
        FloatVector one = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector two = one;
        FloatVector three = one;
        FloatVector four = one;
        for (int i = 0; i < count; i += 4 * COUNT) { // compare and blend: half the instructions of `max`
            FloatVector u = FloatVector.fromArray(F, a, i);
            FloatVector v = FloatVector.fromArray(F, a, i + COUNT);
            FloatVector w = FloatVector.fromArray(F, a, i + 2 * COUNT);
            FloatVector x = FloatVector.fromArray(F, a, i + 3 * COUNT);
            one = one.blend(u, u.compare(GT, one));
            two = two.blend(v, v.compare(GT, two));
            three = three.blend(w, w.compare(GT, three));
            four = four.blend(x, x.compare(GT, four));
        }
        return one.max(two).max(three.max(four)).reduceLanes(MAX);
    }

    /// `a -= b`.
    static void subtract(float[] a, float b, int count) {
        for (int i = 0; i < count; i += COUNT) {
            FloatVector.fromArray(F, a, i).sub(b).intoArray(a, i);
        }
    }

    /// `Σ a·b`; the scratch must be zero up to {@link Lanes#padded}.
    static float dot(float[] a, float[] b, int count) {
        FloatVector one = FloatVector.zero(F);
        FloatVector two = FloatVector.zero(F);
        FloatVector three = FloatVector.zero(F);
        FloatVector four = FloatVector.zero(F);
        for (int i = 0; i < count; i += 4 * COUNT) {
            one = FloatVector.fromArray(F, a, i).fma(FloatVector.fromArray(F, b, i), one);
            two = FloatVector.fromArray(F, a, i + COUNT).fma(FloatVector.fromArray(F, b, i + COUNT), two);
            three = FloatVector.fromArray(F, a, i + 2 * COUNT).fma(FloatVector.fromArray(F, b, i + 2 * COUNT), three);
            four = FloatVector.fromArray(F, a, i + 3 * COUNT).fma(FloatVector.fromArray(F, b, i + 3 * COUNT), four);
        }
        return LaneSum.of(one.add(two).add(three.add(four)));
    }

    /// `Σ a²` in f64, so that nothing overflows; the scratch must be zero up to {@link Lanes#padded}.
    static double sumOfSquares(float[] a, int count) {
        DoubleVector one = DoubleVector.zero(D);
        DoubleVector two = DoubleVector.zero(D);
        DoubleVector three = DoubleVector.zero(D);
        DoubleVector four = DoubleVector.zero(D);
        for (int i = 0; i < count; i += 2 * COUNT) {
            FloatVector u = FloatVector.fromArray(F, a, i);
            FloatVector v = FloatVector.fromArray(F, a, i + COUNT);
            DoubleVector u0 = (DoubleVector) u.convertShape(F2D, D, 0);
            DoubleVector u1 = (DoubleVector) u.convertShape(F2D, D, 1);
            DoubleVector v0 = (DoubleVector) v.convertShape(F2D, D, 0);
            DoubleVector v1 = (DoubleVector) v.convertShape(F2D, D, 1);
            one = u0.fma(u0, one);
            two = u1.fma(u1, two);
            three = v0.fma(v0, three);
            four = v1.fma(v1, four);
        }
        return LaneSum.of(one.add(two).add(three.add(four)));
    }
}
