package dev.gantry.lora.data.batch;

import dev.gantry.lora.data.Batch;
import dev.gantry.lora.data.DataPosition;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.tokens.TokenRows;

/// Batches without end, epoch after epoch; what comes next depends on rows, plan and position alone.
public final class BatchStream {
    private final TokenRows rows;
    private final BatchPlan plan;
    private EpochPlan epoch;
    private DataPosition position;

    /// @throws DataException when there are no rows, or `start` lies behind the end of its epoch: the data or the plan
    ///     is not the one the position was saved with
    public BatchStream(TokenRows rows, BatchPlan plan, DataPosition start) throws DataException {
        if (rows.size() == 0) {
            throw new DataException(
                    "DATA-NO-ROWS", "cannot make batches", "there are no rows", "Choose data with usable rows.");
        }
        this.rows = rows;
        this.plan = plan;
        this.epoch = EpochPlan.of(rows, plan, start.epoch());
        if (start.batch() > epoch.batches()) {
            throw new DataException(
                    "DATA-POSITION",
                    "cannot go on at batch " + start.batch() + " of epoch " + start.epoch(),
                    "the data now makes " + epoch.batches() + " batches of an epoch",
                    "Resume with the data and the batch settings that the run began with.");
        }
        this.position = start;
    }

    public Batch next() {
        if (position.batch() == epoch.batches()) {
            position = new DataPosition(position.epoch() + 1, 0);
            epoch = EpochPlan.of(rows, plan, position.epoch());
        }
        int[] chosen = epoch.rowsOf(Math.toIntExact(position.batch()));
        position = new DataPosition(position.epoch(), position.batch() + 1);
        return Collator.collate(rows, chosen);
    }

    /// Where the next batch is; to be saved with a checkpoint.
    public DataPosition position() {
        return position;
    }

    /// Whether the batch just given was the last of its epoch.
    public boolean atEpochEnd() {
        return position.batch() == epoch.batches();
    }

    /// Batches of the first `epochs` epochs. Packing makes a different number in each, so they are counted one by one.
    public static long batches(TokenRows rows, BatchPlan plan, long epochs) {
        if (plan.packing() == BatchPlan.Packing.OFF || plan.order() == BatchPlan.Order.AS_IS) {
            return epochs * EpochPlan.of(rows, plan, 0).batches();
        }
        long batches = 0;
        for (long epoch = 0; epoch < epochs; epoch++) {
            batches += EpochPlan.of(rows, plan, epoch).batches();
        }
        return batches;
    }
}
