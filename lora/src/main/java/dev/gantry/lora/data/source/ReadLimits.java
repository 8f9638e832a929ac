package dev.gantry.lora.data.source;

/// Bounds that keep a hostile or mistaken file from taking all memory.
///
/// @param maxRowBytes longest line, JSON element, table row or Parquet page
/// @param maxDepth deepest nesting of JSON
public record ReadLimits(int maxRowBytes, int maxDepth) {
    public static final ReadLimits DEFAULT = new ReadLimits(16 << 20, 200);
}
