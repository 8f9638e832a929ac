package dev.gantry.lora.data.source;

/// Bounds that keep a hostile or mistaken file from taking all memory.
///
/// @param maxRowBytes longest line, JSON element, table row or Parquet page
/// @param maxRowValues most JSON values in one row: each costs far more memory than the two bytes it takes in the file
/// @param maxDepth deepest nesting of JSON
public record ReadLimits(int maxRowBytes, int maxRowValues, int maxDepth) {
    public static final ReadLimits DEFAULT = new ReadLimits(16 << 20, 1 << 20, 200);
}
