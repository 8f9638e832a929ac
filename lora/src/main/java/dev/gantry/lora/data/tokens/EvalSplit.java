package dev.gantry.lora.data.tokens;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Rows to train on and rows held back. Equal rows go to the same side, so that nothing held back was seen.
public record EvalSplit(TokenRows train, TokenRows eval) {

    /// How many rows to hold back.
    ///
    /// @param fraction of all rows; 0 holds nothing back
    /// @param largestFraction bound on `minRows` for small data
    public record Rule(double fraction, int minRows, int maxRows, double largestFraction) {

        /// Of `total` rows. Equal rows stay together, so that a split may hold back a few fewer.
        public int rows(int total) {
            if (fraction <= 0) {
                return 0;
            }
            long wanted = Math.min(maxRows, Math.max(minRows, Math.round(total * fraction)));
            return (int) Math.min(wanted, (long) (total * Math.max(fraction, largestFraction)));
        }
    }

    /// Chooses by content and seed alone: the order of the rows and the machine do not matter.
    public static EvalSplit of(TokenRows all, Rule rule, long seed) {
        long[] keys = new long[all.size()];
        for (int row = 0; row < keys.length; row++) {
            keys[row] = mix(all.fingerprint(row) ^ mix(seed));
        }
        Set<Long> held = heldBack(keys, rule.rows(keys.length));
        int[] train = new int[keys.length];
        int[] eval = new int[keys.length];
        int trainRows = 0;
        int evalRows = 0;
        for (int row = 0; row < keys.length; row++) {
            if (held.contains(keys[row])) {
                eval[evalRows++] = row;
            } else {
                train[trainRows++] = row;
            }
        }
        return new EvalSplit(all.select(Arrays.copyOf(train, trainRows)), all.select(Arrays.copyOf(eval, evalRows)));
    }

    /// The smallest keys whose rows together are at most `wanted`.
    private static Set<Long> heldBack(long[] keys, int wanted) {
        long[] sorted = keys.clone();
        Arrays.sort(sorted);
        Set<Long> held = new HashSet<>();
        int count = 0;
        int next = 0;
        while (next < sorted.length && count < wanted) {
            int first = next;
            while (next < sorted.length && sorted[next] == sorted[first]) {
                next++;
            }
            // rows that would overshoot are passed over: one repeated a thousand times stays in training
            if (count + next - first <= wanted) {
                held.add(sorted[first]);
                count += next - first;
            }
        }
        return held;
    }

    /// The finalizer of SplitMix64: every bit of the input moves every bit of the result.
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
