package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// What a rendering has written, who owned which part of it, and where the generation blocks were.
final class Output {
    /// Half-open range of UTF-16 units.
    record Range(int start, int end) {}

    /// A range whose characters all came from one message.
    record Owned(int owner, int start, int end) {}

    private final StringBuilder text = new StringBuilder();
    private final List<Owned> owned = new ArrayList<>();
    private final List<Range> generations = new ArrayList<>();
    private final BitSet pieces = new BitSet();
    private final Budget budget;

    Output(Budget budget) {
        this.budget = budget;
    }

    void write(Str piece) {
        int start = text.length();
        budget.output((long) start + piece.text().length(), piece.text().length());
        pieces.set(start);
        text.append(piece.text());
        if (piece.isOwned()) {
            for (int from = 0, to; from < piece.text().length(); from = to) {
                int owner = piece.ownerAt(from);
                to = from + 1;
                while (to < piece.text().length() && piece.ownerAt(to) == owner) {
                    to++;
                }
                if (owner != 0) {
                    owned.add(new Owned(owner, start + from, start + to));
                }
            }
        }
    }

    int length() {
        return text.length();
    }

    void generation(int start) {
        if (start < text.length()) {
            generations.add(new Range(start, text.length()));
        }
    }

    List<Range> generations() {
        return generations;
    }

    List<Owned> owned() {
        return owned;
    }

    BitSet pieces() {
        return pieces;
    }

    String text() {
        return text.toString();
    }

    /// Everything written, with its owners, for a block whose text becomes a value.
    Str captured() {
        if (owned.isEmpty()) {
            return Str.of(text.toString());
        }
        int[] owners = new int[text.length()];
        for (Owned part : owned) {
            Arrays.fill(owners, part.start(), part.end(), part.owner());
        }
        return Str.withOwners(text.toString(), owners);
    }
}
