package dev.gantry.lora.conformance;

import dev.gantry.engine.tensor.Tensor;
import dev.gantry.lora.conformance.CaseFolder.Tolerance;
import java.lang.foreign.ValueLayout;

/// Collects the worst difference of one quantity over its tensors.
final class Comparison {
    private final String quantity;
    private double worst;
    private double worstAbsolute;
    private String where = "";
    private int tensors;

    Comparison(String quantity) {
        this.quantity = quantity;
    }

    /// Compares f32 values.
    ///
    /// @param counted whether element i counts, for values of padding that mean nothing
    void values(String tensor, Tensor expected, float[] actual, Tolerance tolerance, IndexFilter counted) {
        if (expected.elements() != actual.length) {
            note(tensor, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
            return;
        }
        Double allowed = tolerance.absolute();
        for (int i = 0; i < actual.length; i++) {
            if (counted.counts(i)) {
                double difference =
                        Math.abs((double) actual[i] - expected.data().getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i));
                double share =
                        allowed == null ? (difference == 0 ? 0 : Double.POSITIVE_INFINITY) : difference / allowed;
                note(tensor, Double.isNaN(share) ? Double.POSITIVE_INFINITY : share, difference);
            }
        }
        tensors++;
    }

    void values(String tensor, Tensor expected, float[] actual, Tolerance tolerance) {
        values(tensor, expected, actual, tolerance, i -> true);
    }

    /// Compares integers, which must be equal.
    void integers(String tensor, long[] expected, int[] actual) {
        boolean equal = expected.length == actual.length;
        for (int i = 0; equal && i < actual.length; i++) {
            equal = expected[i] == actual[i];
        }
        note(tensor, equal ? 0 : Double.POSITIVE_INFINITY, equal ? 0 : Double.POSITIVE_INFINITY);
        tensors++;
    }

    private void note(String tensor, double share, double difference) {
        if (share > worst || where.isEmpty()) {
            worst = Math.max(worst, share);
            worstAbsolute = difference;
            where = tensor;
        }
    }

    Finding finding() {
        return tensors == 0
                ? new Finding.Failed(quantity, "the case has nothing to compare")
                : new Finding.Compared(quantity, worst, worstAbsolute, where, tensors);
    }

    /// Chooses elements by index.
    interface IndexFilter {
        boolean counts(int index);
    }
}
