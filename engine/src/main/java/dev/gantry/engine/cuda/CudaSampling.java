package dev.gantry.engine.cuda;

import dev.gantry.engine.backend.SamplingKernels;
import dev.gantry.engine.cuda.KernelSource.Family;
import dev.gantry.engine.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/// Sampling on the card: what crosses to it are the tokens already there, a bit each, and only for the penalty; what
/// comes back is one number.
final class CudaSampling implements SamplingKernels {
    private static final int THREADS = 1024;
    /// More tokens than any vocabulary has: their masses add up in 64 bits.
    private static final int MOST_TOKENS = 1 << 18;

    /// As in sampling.cu.
    private static final int CHOICE_BYTES = 40;

    private final Launcher launcher;
    private final DeviceScratch scratch;

    /// @param scratch for masses, seen tokens and the token that was chosen
    CudaSampling(Launcher launcher, DeviceScratch scratch) {
        this.launcher = launcher;
        this.scratch = scratch;
    }

    @Override
    public int choose(Matrix logits, BitSet seen, Choice choice) {
        int tokens = logits.columns();
        if (logits.rows() != 1 || tokens == 0 || tokens > MOST_TOKENS) {
            throw new IllegalArgumentException("logits are one row of 1 to " + MOST_TOKENS + " tokens, not ["
                    + logits.rows() + ", " + tokens + "]");
        }
        long massBytes = massBytes(tokens);
        long seenBytes = seenBytes(tokens);
        long masses = scratch.atLeast(scratchBytes(tokens));
        long seenBits = masses + massBytes;
        long chosen = seenBits + seenBytes;
        CudaStream stream = launcher.stream();
        try (Arena arena = Arena.ofConfined()) {
            if (choice.repetitionPenalty() != 1) {
                MemorySegment bits = arena.allocate(seenBytes, Long.BYTES);
                long[] words = seen.toLongArray();
                MemorySegment.copy(words, 0, bits, ValueLayout.JAVA_LONG, 0, words.length);
                stream.copy(seenBits, bits.address(), seenBytes);
            }
            launcher.kernel(Family.SAMPLING, "Choose").matrix(logits).address(seenBits);
            put(choice, launcher.structure(CHOICE_BYTES, Double.BYTES));
            launcher.address(masses).address(chosen).run(new Grid(1, 1, 1, THREADS, 1, 0));
            MemorySegment id = arena.allocate(ValueLayout.JAVA_INT);
            stream.copy(id.address(), chosen, Integer.BYTES);
            stream.synchronize();
            return id.get(ValueLayout.JAVA_INT, 0);
        }
    }

    private static long massBytes(int tokens) {
        return (long) tokens * Long.BYTES;
    }

    private static long seenBytes(int tokens) {
        return Math.ceilDiv(tokens, Long.SIZE) * (long) Long.BYTES;
    }

    /// Masses, seen tokens and the chosen one.
    static long scratchBytes(int tokens) {
        return massBytes(tokens) + seenBytes(tokens) + Integer.BYTES;
    }

    private static void put(Choice choice, MemorySegment to) {
        to.setAtIndex(ValueLayout.JAVA_FLOAT, 0, choice.temperature());
        to.setAtIndex(ValueLayout.JAVA_FLOAT, 1, choice.topP());
        to.setAtIndex(ValueLayout.JAVA_FLOAT, 2, choice.repetitionPenalty());
        to.setAtIndex(ValueLayout.JAVA_INT, 3, choice.topK());
        to.setAtIndex(ValueLayout.JAVA_DOUBLE, 2, Math.log(choice.minP()) * choice.temperature());
        to.setAtIndex(ValueLayout.JAVA_DOUBLE, 3, choice.number());
        to.setAtIndex(ValueLayout.JAVA_INT, 8, choice.minP() > 0 ? 1 : 0);
        to.setAtIndex(ValueLayout.JAVA_INT, 9, 0);
    }
}
