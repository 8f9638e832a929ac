package dev.gantry.engine.pass;

import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.BoundarySweep.Use;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Which loop of the head's loss is the outer one. The numbers are the same.
public enum HeadOrder {
    /// Slices of tokens outside, each forward and back through all blocks of the head, whose logits of one slice are
    /// kept meanwhile: for a head that lies on the device.
    SLICES_OUTSIDE,
    /// Blocks of the head outside, all tokens of the step inside, logits computed once more on the way back: each block
    /// is acquired twice a step, and the device holds no more than a few blocks.
    BLOCKS_OUTSIDE;

    /// How the head of a training step goes through the residual stream: rounds over all micro-batches, and what it
    /// asks a {@link BoundaryStore} for at each of them.
    public List<List<Use>> rounds(DecoderSpec spec, HeadBlocks blocks) {
        return switch (this) {
            case SLICES_OUTSIDE -> List.of(List.of(Use.READ, Use.NEW_GRADIENT));
            case BLOCKS_OUTSIDE -> {
                List<List<Use>> rounds = new ArrayList<>();
                rounds.add(List.of(Use.READ));
                if (spec.projects()) {
                    rounds.add(List.of(Use.READ, Use.NEW_GRADIENT));
                } else {
                    rounds.add(List.of(Use.NEW_GRADIENT));
                    rounds.addAll(Collections.nCopies(blocks.count() - 1, List.of(Use.GRADIENT)));
                    rounds.add(List.of(Use.READ, Use.GRADIENT));
                }
                yield rounds;
            }
        };
    }
}
