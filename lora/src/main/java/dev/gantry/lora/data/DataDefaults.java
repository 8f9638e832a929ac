package dev.gantry.lora.data;

import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.data.tokens.PromptStyle;
import dev.gantry.lora.data.tokens.TrainOn;

/// The one place where the defaults of data preparation stand.
public final class DataDefaults {
    private DataDefaults() {}

    public static final long SEED = 42;
    public static final FaultPolicy FAULT_POLICY = FaultPolicy.STOP;
    public static final TrainOn TRAIN_ON = TrainOn.ANSWERS;
    public static final PromptStyle PROMPT_STYLE = PromptStyle.CHAT;
    public static final OverLong OVER_LONG = OverLong.DROP;
    /// Take the suggestion from the data.
    public static final int MAX_TOKENS_FROM_DATA = 0;
    /// Suggested lengths are multiples of this.
    public static final int LENGTH_MULTIPLE = 64;
    /// Length of the pieces that running text is cut into, when the model takes that many.
    public static final int TEXT_PIECE_TOKENS = 512;
    public static final double EVAL_FRACTION = 0.05;
    public static final int EVAL_MIN_ROWS = 20;
    public static final int EVAL_MAX_ROWS = 500;
    /// Never hold back more than this share, however small the data is.
    public static final double EVAL_LARGEST_FRACTION = 0.2;
    /// Faults that a report lists one by one.
    public static final int LISTED_FAULTS = 50;
    /// Rows shown with their mask in an inspection.
    public static final int PREVIEWED_ROWS = 3;
}
