package dev.gantry.zoo.chat.jinja;

import java.util.BitSet;
import java.util.List;

/// What a template wrote.
///
/// @param text all of it
/// @param generated the ranges that its `{% generation %}` blocks wrote
/// @param owned the ranges that came unchanged from an owned text, in order
/// @param pieces where each piece of text or value that was written at once begins
public record Rendering(String text, List<Part> generated, List<Part> owned, BitSet pieces) {

    /// Half-open range of UTF-16 units and the number of its owner, 0 for none.
    public record Part(int owner, int start, int end) {}

    /// Where the piece begins that unit `at` belongs to.
    public int pieceStart(int at) {
        return Math.max(0, pieces.previousSetBit(at));
    }
}
