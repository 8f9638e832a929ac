package dev.gantry.lora.data.check;

import java.util.Arrays;

/// A set of 64-bit numbers in one open-addressed array: ten million fingerprints are 256 MiB at worst, not a gigabyte.
final class FingerprintSet {
    private long[] slots = new long[1 << 12];
    private int size;
    private boolean hasZero;

    /// Adds a number and says whether it is new.
    boolean add(long fingerprint) {
        if (fingerprint == 0) {
            boolean isNew = !hasZero;
            hasZero = true;
            return isNew;
        }
        if (2 * size >= slots.length) {
            grow();
        }
        boolean isNew = insert(slots, fingerprint);
        size += isNew ? 1 : 0;
        return isNew;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(slots.length, 2)];
        Arrays.stream(slots).filter(slot -> slot != 0).forEach(slot -> insert(larger, slot));
        slots = larger;
    }

    private static boolean insert(long[] slots, long fingerprint) {
        int mask = slots.length - 1;
        int at = (int) (fingerprint >>> 20) & mask;
        while (slots[at] != 0) {
            if (slots[at] == fingerprint) {
                return false;
            }
            at = (at + 1) & mask;
        }
        slots[at] = fingerprint;
        return true;
    }
}
