package dev.gantry.offload.cards;

/// One graphics card, as it was measured.
///
/// @param roomBytes memory that layers may take
/// @param flopsPerSecond of products
/// @param otherFlops that it computes for each micro-batch beside dealt layers, such as the head's
public record Card(long roomBytes, double flopsPerSecond, double otherFlops) {
    /// A card that computes layers alone.
    public Card(long roomBytes, double flopsPerSecond) {
        this(roomBytes, flopsPerSecond, 0);
    }
}
