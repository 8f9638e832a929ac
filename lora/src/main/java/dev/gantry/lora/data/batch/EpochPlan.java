package dev.gantry.lora.data.batch;

import dev.gantry.lora.data.tokens.TokenRows;
import java.util.Arrays;

/// The batches of one epoch as lists of row numbers.
final class EpochPlan {
    private final int[] rows;
    private final int[] batchStarts;

    private EpochPlan(int[] rows, int[] batchStarts) {
        this.rows = rows;
        this.batchStarts = batchStarts;
    }

    static EpochPlan of(TokenRows rows, BatchPlan plan, long epoch) {
        int[] order = switch (plan.order()) {
            case SHUFFLED -> SeededOrder.of(rows.size(), plan.seed(), epoch);
            case AS_IS -> SeededOrder.identity(rows.size());
        };
        return switch (plan.packing()) {
            case OFF -> grouped(order, oneEach(order.length), plan.rowsPerBatch());
            case FIRST_FIT -> packed(rows, order, plan);
        };
    }

    private static EpochPlan packed(TokenRows rows, int[] order, BatchPlan plan) {
        int[] lengths = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            lengths[i] = rows.length(order[i]);
        }
        FirstFit.Packing packing = FirstFit.pack(lengths, plan.maxTokens());
        int[] packStarts = new int[packing.bins() + 1];
        for (int bin : packing.binOf()) {
            packStarts[bin + 1]++;
        }
        Arrays.parallelPrefix(packStarts, Integer::sum);
        int[] next = packStarts.clone();
        int[] sorted = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            sorted[next[packing.binOf()[i]]++] = order[i];
        }
        return grouped(sorted, packStarts, plan.rowsPerBatch());
    }

    /// Every `perBatch` packs make a batch; the last may have fewer.
    private static EpochPlan grouped(int[] rows, int[] packStarts, int perBatch) {
        int packs = packStarts.length - 1;
        int batches = Math.ceilDiv(packs, perBatch);
        int[] starts = new int[batches + 1];
        for (int batch = 0; batch <= batches; batch++) {
            starts[batch] = packStarts[(int) Math.min((long) batch * perBatch, packs)];
        }
        return new EpochPlan(rows, starts);
    }

    private static int[] oneEach(int rows) {
        return SeededOrder.identity(rows + 1);
    }

    int batches() {
        return batchStarts.length - 1;
    }

    int[] rowsOf(int batch) {
        return Arrays.copyOfRange(rows, batchStarts[batch], batchStarts[batch + 1]);
    }
}
