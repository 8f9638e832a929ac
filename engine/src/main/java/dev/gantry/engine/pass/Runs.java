package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.PositionSpec.Rotary;
import dev.gantry.engine.decoder.RotaryScaling;
import java.util.ArrayList;
import java.util.List;

/// How the new tokens of a sweep are cut into runs, which each block computes one after the other.
///
/// The number of rows chooses kernels, and kernels choose bits. Runs of a sequence that has a pass to itself end at
/// fixed positions, however many of its tokens a sweep takes: so the keys and values of a whole run depend on nothing
/// but the tokens up to its end, and another text that begins with them may keep them.
final class Runs {
    /// Enough rows to keep products efficient; few enough that little is read again at the end of what two texts share.
    static final int TOKENS = 256;

    private final boolean cut;

    /// A run.
    ///
    /// @param firstRow its first token among those of the sweep
    /// @param segments where its queries, from row 0, and their keys lie
    record Run(int firstRow, int tokens, Segments segments) {}

    /// @param sequences most sequences of a sweep
    Runs(DecoderSpec spec, int sequences) {
        this.cut = sequences == 1 && !keysTurnWithLength(spec);
    }

    /// Whether what a token is computed to depends on how long its sequence has become.
    static boolean keysTurnWithLength(DecoderSpec spec) {
        return spec.position() instanceof Rotary rotary && rotary.scaling() instanceof RotaryScaling.Dynamic;
    }

    /// Most tokens of a run where a sweep takes `tokens`.
    int mostTokens(int tokens) {
        return cut ? Math.min(tokens, TOKENS) : tokens;
    }

    /// How many of the first `tokens` tokens of a sequence stand in whole runs.
    int whole(int tokens) {
        return cut ? tokens / TOKENS * TOKENS : 0;
    }

    /// @param tokens of all segments
    List<Run> of(Segments segments, int tokens) {
        if (!cut || tokens == 0) {
            return List.of(new Run(0, tokens, segments));
        }
        List<Run> runs = new ArrayList<>();
        int end = segments.keyLength()[0];
        int first = end - tokens;
        for (int from = first; from < end; ) {
            int to = Math.min(end, (from / TOKENS + 1) * TOKENS);
            int[] start = {0};
            int[] length = {to - from};
            runs.add(
                    new Run(from - first, to - from, new Segments(start, length, segments.keyStart(), new int[] {to})));
            from = to;
        }
        return runs;
    }
}
