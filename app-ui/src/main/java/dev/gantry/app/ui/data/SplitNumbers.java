package dev.gantry.app.ui.data;

import dev.gantry.lora.data.DataInspection;
import dev.gantry.lora.data.DataOptions;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.data.tokens.OverLong;
import org.jspecify.annotations.Nullable;

/// What becomes of the rows of a file under the choices made.
///
/// @param train rows (of running text: pieces) to learn from
/// @param heldBack rows to measure with; equal rows stay together, so that a few fewer may be held back
/// @param dropped left out for their length
/// @param cut shortened for their length
/// @param unusable rows that cannot be examples
record SplitNumbers(long train, long heldBack, long dropped, long cut, long unusable) {

    /// @param maxTokens longest row; 0 for what the data suggests
    static SplitNumbers of(DataInspection inspection, int maxTokens, OverLong rule, double evalFraction) {
        DataInspection.TokenView tokens = inspection.tokens();
        long usable = inspection.report().examples();
        long tooLong = rowsTooLong(tokens, maxTokens);
        if (tokens != null && isRunningText(inspection)) {
            usable = Math.ceilDiv(tokens.histogram().totalTokens(), limit(tokens, maxTokens));
            tooLong = 0;
        }
        long dropped = rule == OverLong.DROP ? tooLong : 0;
        long left = Math.max(0, usable - dropped);
        long held = DataOptions.DEFAULT
                .withEvalFraction(evalFraction)
                .splitRule()
                .rows((int) Math.min(Integer.MAX_VALUE, left));
        return new SplitNumbers(
                left - held,
                held,
                dropped,
                rule == OverLong.DROP ? 0 : tooLong,
                inspection.report().unusable());
    }

    /// Rows over the limit.
    static long rowsTooLong(DataInspection.@Nullable TokenView tokens, int maxTokens) {
        if (tokens == null) {
            return 0;
        }
        return tokens.histogram().rowsLongerThan(limit(tokens, maxTokens));
    }

    /// Whether rows are documents that are joined and cut into pieces, so that none is too long.
    static boolean isRunningText(DataInspection inspection) {
        return inspection.format() == DataFormat.TEXT;
    }

    private static int limit(DataInspection.TokenView tokens, int maxTokens) {
        return maxTokens == 0 ? tokens.suggestedMaxTokens() : maxTokens;
    }
}
