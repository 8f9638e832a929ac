package dev.gantry.lora.data;

import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.tokens.EvalSplit;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.data.tokens.PromptStyle;
import dev.gantry.lora.data.tokens.TrainOn;

/// Choices about how data becomes tokens.
///
/// @param maxTokens longest row; {@link DataDefaults#MAX_TOKENS_FROM_DATA} takes p99 of the data
/// @param evalFraction share of rows held back for evaluation; 0 for none
/// @param seed decides which rows are held back
public record DataOptions(
        FaultPolicy faultPolicy,
        TrainOn trainOn,
        PromptStyle promptStyle,
        OverLong overLong,
        int maxTokens,
        double evalFraction,
        long seed) {

    public static final DataOptions DEFAULT = new DataOptions(
            DataDefaults.FAULT_POLICY,
            DataDefaults.TRAIN_ON,
            DataDefaults.PROMPT_STYLE,
            DataDefaults.OVER_LONG,
            DataDefaults.MAX_TOKENS_FROM_DATA,
            DataDefaults.EVAL_FRACTION,
            DataDefaults.SEED);

    public DataOptions withFaultPolicy(FaultPolicy value) {
        return new DataOptions(value, trainOn, promptStyle, overLong, maxTokens, evalFraction, seed);
    }

    public DataOptions withTrainOn(TrainOn value) {
        return new DataOptions(faultPolicy, value, promptStyle, overLong, maxTokens, evalFraction, seed);
    }

    public DataOptions withOverLong(OverLong value) {
        return new DataOptions(faultPolicy, trainOn, promptStyle, value, maxTokens, evalFraction, seed);
    }

    public DataOptions withMaxTokens(int value) {
        return new DataOptions(faultPolicy, trainOn, promptStyle, overLong, value, evalFraction, seed);
    }

    public DataOptions withEvalFraction(double value) {
        return new DataOptions(faultPolicy, trainOn, promptStyle, overLong, maxTokens, value, seed);
    }

    public DataOptions withSeed(long value) {
        return new DataOptions(faultPolicy, trainOn, promptStyle, overLong, maxTokens, evalFraction, value);
    }

    /// How many rows are held back.
    public EvalSplit.Rule splitRule() {
        return new EvalSplit.Rule(
                evalFraction,
                DataDefaults.EVAL_MIN_ROWS,
                DataDefaults.EVAL_MAX_ROWS,
                DataDefaults.EVAL_LARGEST_FRACTION);
    }

    /// @throws DataException when a number is out of its range
    void check(int modelMaxTokens) throws DataException {
        if (maxTokens < 0 || maxTokens == 1 || maxTokens > modelMaxTokens) {
            throw new DataException(
                    "DATA-MAX-TOKENS",
                    "cannot take rows of up to " + maxTokens + " tokens",
                    "this model takes 2 to " + modelMaxTokens,
                    "Choose a length in that range, or 0 to take it from the data.");
        }
        if (!(evalFraction >= 0 && evalFraction < 1)) {
            throw new DataException(
                    "DATA-EVAL-FRACTION",
                    "cannot hold back a share of " + evalFraction + " of the rows",
                    "the share must be at least 0 and below 1",
                    "Choose a share such as " + DataDefaults.EVAL_FRACTION + ".");
        }
    }
}
