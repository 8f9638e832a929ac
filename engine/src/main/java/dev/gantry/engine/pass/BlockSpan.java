package dev.gantry.engine.pass;

/// Neighbouring blocks of a model, `[first, end)`, with what lies in front of the first block of all and behind the
/// last.
///
/// @param layers blocks of the whole model
public record BlockSpan(int first, int end, int layers) {

    public BlockSpan {
        if (first < 0 || end <= first || layers < end) {
            throw new IllegalArgumentException("blocks " + first + " to " + end + " of " + layers);
        }
    }

    /// All blocks of a model.
    public static BlockSpan all(int layers) {
        return new BlockSpan(0, layers, layers);
    }

    public int count() {
        return end - first;
    }

    /// Whether the embedding belongs to it.
    public boolean hasEmbedding() {
        return first == 0;
    }

    /// Whether the head belongs to it.
    public boolean hasHead() {
        return end == layers;
    }

    public boolean contains(int layer) {
        return layer >= first && layer < end;
    }
}
