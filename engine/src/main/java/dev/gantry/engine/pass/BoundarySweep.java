package dev.gantry.engine.pass;

import java.util.ArrayList;
import java.util.List;

/// One sweep of a pass as a {@link BoundaryStore} sees it.
///
/// @param layers number of blocks
/// @param tokens of each micro-batch
public record BoundarySweep(Course course, int layers, List<Integer> tokens) {

    public BoundarySweep {
        tokens = List.copyOf(tokens);
    }

    /// Which way the blocks are visited.
    public sealed interface Course {

        /// What it is for a source of blocks.
        default LayerSource.Sweep sweep() {
            return switch (this) {
                case Forward _, Kept _ -> LayerSource.Sweep.FORWARD;
                case Training _ -> LayerSource.Sweep.FORWARD_BACKWARD;
            };
        }

        /// Forward; what the next block has read is not needed any more.
        record Forward() implements Course {}

        /// Forward, and everything can be looked at afterwards.
        record Kept() implements Course {}

        /// Forward and back: a training step.
        ///
        /// @param retention whether blocks are computed again on the way back
        /// @param headRounds see {@link HeadOrder#rounds}
        /// @param reachesEmbedding whether anything in front of the blocks is trained
        record Training(Retention retention, List<List<Use>> headRounds, boolean reachesEmbedding) implements Course {}
    }

    /// What a visit does with memory that it asks for.
    public enum Use {
        READ,
        WRITE,
        DISCARD,
        NEW_GRADIENT,
        GRADIENT
    }

    /// One thing that a visit asks for.
    ///
    /// @param layer block whose input it is; none for gradients
    public record Access(Use use, int layer, int microBatch) {
        public static final int NO_LAYER = -1;
    }

    public int microBatches() {
        return tokens.size();
    }

    /// What each visit asks for, in the order of visits: layers outside, micro-batches inside.
    public List<List<Access>> visits() {
        List<List<Access>> visits = new ArrayList<>();
        for (int mb = 0; mb < microBatches(); mb++) {
            visits.add(List.of(new Access(Use.WRITE, 0, mb)));
        }
        for (int l = 0; l < layers; l++) {
            for (int mb = 0; mb < microBatches(); mb++) {
                visits.add(List.of(new Access(Use.READ, l, mb), new Access(Use.WRITE, l + 1, mb)));
            }
        }
        switch (course) {
            case Course.Forward _ -> {
                for (int mb = 0; mb < microBatches(); mb++) {
                    visits.add(List.of(new Access(Use.READ, layers, mb)));
                }
            }
            case Course.Kept _ -> {}
            case Course.Training training -> addBackward(training, visits);
        }
        return visits;
    }

    private void addBackward(Course.Training training, List<List<Access>> visits) {
        for (List<Use> round : training.headRounds()) {
            for (int mb = 0; mb < microBatches(); mb++) {
                visits.add(atHead(round, mb));
            }
        }
        for (int l = layers - 1; l >= 0; l--) {
            for (int mb = 0; mb < microBatches(); mb++) {
                Access x = new Access(Use.READ, l, mb);
                Access d = gradient(Use.GRADIENT, mb);
                visits.add(
                        switch (training.retention()) {
                            case EVERYTHING -> List.of(x, d);
                            case BOUNDARY -> List.of(x, new Access(Use.DISCARD, l + 1, mb), d);
                        });
            }
        }
        if (training.reachesEmbedding()) {
            for (int mb = 0; mb < microBatches(); mb++) {
                visits.add(List.of(new Access(Use.DISCARD, 0, mb), gradient(Use.GRADIENT, mb)));
            }
        }
    }

    private List<Access> atHead(List<Use> round, int microBatch) {
        return round.stream()
                .map(use -> use == Use.READ ? new Access(use, layers, microBatch) : gradient(use, microBatch))
                .toList();
    }

    private static Access gradient(Use use, int microBatch) {
        return new Access(use, Access.NO_LAYER, microBatch);
    }
}
