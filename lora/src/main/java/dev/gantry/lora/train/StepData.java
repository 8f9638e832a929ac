package dev.gantry.lora.train;

import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.data.Batch;
import dev.gantry.lora.data.DataPosition;
import dev.gantry.lora.data.batch.BatchPlan;
import dev.gantry.lora.data.batch.BatchStream;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.tokens.TokenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Puts rows into native memory: the micro-batches of one optimizer step after the other, and the held-back rows.
public final class StepData implements AutoCloseable {
    private final TokenRows eval;
    private final BatchPlan evalPlan;
    private final BatchStream train;
    private final TensorArena arena;
    private final List<TokenBatch.Buffers> buffers = new ArrayList<>();

    /// @param train rows to train on
    /// @param eval rows held back; may be none
    /// @param plan how rows become micro-batches
    /// @param microBatches of a step
    /// @param device where the batches lie
    public StepData(
            TokenRows train, TokenRows eval, BatchPlan plan, int microBatches, DataPosition start, MemoryAccount device)
            throws DataException {
        this.eval = eval;
        this.evalPlan = new BatchPlan(
                plan.rowsPerBatch(), plan.maxTokens(), plan.packing(), BatchPlan.Order.AS_IS, plan.seed());
        this.train = new BatchStream(train, plan, start);
        int tokens = maxTokens(train, eval, plan);
        this.arena = TensorArena.planned(device, "token batches", microBatches * TokenBatch.Buffers.measure(tokens));
        for (int mb = 0; mb < microBatches; mb++) {
            buffers.add(new TokenBatch.Buffers(tokens, arena));
        }
    }

    /// Tokens of the largest micro-batch that these rows can make.
    public static int maxTokens(TokenRows train, TokenRows eval, BatchPlan plan) {
        return switch (plan.packing()) {
            case FIRST_FIT -> Math.multiplyExact(plan.rowsPerBatch(), plan.maxTokens());
            case OFF -> Math.max(longest(train, plan.rowsPerBatch()), longest(eval, plan.rowsPerBatch()));
        };
    }

    private static int longest(TokenRows rows, int count) {
        int[] lengths = new int[rows.size()];
        for (int row = 0; row < lengths.length; row++) {
            lengths[row] = rows.length(row);
        }
        Arrays.sort(lengths);
        return Arrays.stream(lengths, Math.max(0, lengths.length - count), lengths.length)
                .sum();
    }

    /// The micro-batches of the next step, valid until the next call of any method here.
    public List<TokenBatch> nextStep() {
        List<TokenBatch> step = new ArrayList<>();
        for (TokenBatch.Buffers buffer : buffers) {
            step.add(fill(buffer, train.next()));
        }
        return step;
    }

    /// Where the next step begins.
    public DataPosition position() {
        return train.position();
    }

    public boolean hasEvaluation() {
        return eval.size() > 0;
    }

    /// Goes through the held-back rows once, a step's worth of micro-batches at a time.
    public void evaluate(EvaluationSink sink) throws DataException {
        BatchStream stream = new BatchStream(eval, evalPlan, DataPosition.START);
        do {
            List<TokenBatch> step = new ArrayList<>();
            for (TokenBatch.Buffers buffer : buffers) {
                step.add(fill(buffer, stream.next()));
                if (stream.atEpochEnd()) {
                    break;
                }
            }
            sink.accept(step);
        } while (!stream.atEpochEnd());
    }

    private static TokenBatch fill(TokenBatch.Buffers buffer, Batch batch) {
        return buffer.fill(batch.ids(), batch.labels(), batch.sequenceLengths());
    }

    /// Takes micro-batches of held-back rows.
    public interface EvaluationSink {
        void accept(List<TokenBatch> microBatches);
    }

    /// Native allocations made so far; constant after construction.
    public long allocations() {
        return arena.allocations();
    }

    @Override
    public void close() {
        arena.close();
    }
}
