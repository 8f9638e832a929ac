package dev.gantry.lora.data;

import dev.gantry.lora.data.check.FaultPolicy;

/// The one place where the defaults of data preparation stand.
public final class DataDefaults {
    private DataDefaults() {}

    public static final long SEED = 42;
    public static final FaultPolicy FAULT_POLICY = FaultPolicy.STOP;
    /// Faults that a report lists one by one.
    public static final int LISTED_FAULTS = 50;
    /// Rows shown with their mask in an inspection.
    public static final int PREVIEWED_ROWS = 3;
    public static final double EVAL_FRACTION = 0.05;
    public static final int EVAL_MIN_ROWS = 20;
    public static final int EVAL_MAX_ROWS = 500;
    /// Never hold back more than this share, however small the data is.
    public static final double EVAL_LARGEST_FRACTION = 0.2;
    /// Suggested lengths are multiples of this.
    public static final int LENGTH_MULTIPLE = 64;
}
