package dev.gantry.lora.data;

import dev.gantry.lora.data.tokens.TokenizedRow;
import dev.gantry.zoo.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A row as the model reads it, cut where learning starts and stops.
public record MaskPreview(List<Segment> segments) {

    /// A stretch of tokens with the same fate.
    public record Segment(String text, int tokens, Learning learning) {}

    /// Whether the loss counts a stretch.
    public enum Learning {
        READ_ONLY,
        LEARNED
    }

    public MaskPreview {
        segments = List.copyOf(segments);
    }

    static MaskPreview of(TokenizedRow row, Tokenizer tokenizer) {
        List<Segment> segments = new ArrayList<>();
        int start = 0;
        while (start < row.length()) {
            boolean learned = row.trained().get(start);
            int end =
                    learned ? row.trained().nextClearBit(start) : row.trained().nextSetBit(start);
            end = end < 0 ? row.length() : Math.min(end, row.length());
            String text = tokenizer.decode(Arrays.copyOfRange(row.ids(), start, end));
            segments.add(new Segment(text, end - start, learned ? Learning.LEARNED : Learning.READ_ONLY));
            start = end;
        }
        return new MaskPreview(segments);
    }
}
