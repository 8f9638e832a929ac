package dev.gantry.lora.data.batch;

/// How rows become batches.
///
/// @param rowsPerBatch rows (when packing: packs) of one batch
/// @param maxTokens longest row, and the size of a pack
/// @param seed decides the order of every epoch
public record BatchPlan(int rowsPerBatch, int maxTokens, Packing packing, Order order, long seed) {

    /// Whether several rows share the budget of one.
    public enum Packing {
        OFF,
        FIRST_FIT
    }

    /// In which order rows are given.
    public enum Order {
        /// Anew for each epoch.
        SHUFFLED,
        /// As they stand; for evaluation.
        AS_IS
    }

    public BatchPlan {
        if (rowsPerBatch < 1 || maxTokens < 1) {
            throw new IllegalArgumentException("a batch has at least one row of one token, asked were " + rowsPerBatch
                    + " rows of " + maxTokens + " tokens");
        }
    }
}
