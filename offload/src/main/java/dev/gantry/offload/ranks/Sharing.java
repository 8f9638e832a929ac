package dev.gantry.offload.ranks;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.optim.OptimizerSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How a unit is shared among ranks.
///
/// A tensor may be cut where its sum of squares may be cut, so that norms keep their bits; an optimizer that needs the
/// norm of each tensor by itself gets whole tensors.
///
/// @param ranks how many
/// @param everyone whether every rank has all of it
/// @param grain where a tensor may be cut
record Sharing(int ranks, boolean everyone, Grain grain) implements UnitLayout.Cutting {

    /// Where a tensor may be cut.
    enum Grain {
        RUNS_OF_SQUARES,
        WHOLE_TENSORS;

        static Grain of(OptimizerSettings optimizer) {
            return switch (optimizer) {
                case OptimizerSettings.AdamW adamW -> RUNS_OF_SQUARES;
                case OptimizerSettings.Lamb lamb -> WHOLE_TENSORS;
                case OptimizerSettings.Lars lars -> WHOLE_TENSORS;
            };
        }
    }

    /// Cuts at the allowed places that are nearest to equal shares.
    @Override
    public Cuts cut(List<UnitLayout.Part> parts, long elements) {
        if (everyone) {
            return new Cuts(Collections.nCopies(ranks, 0L), Collections.nCopies(ranks, elements));
        }
        List<Long> starts = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            starts.add(nearest(parts, elements, elements * rank / ranks));
            ends.add(nearest(parts, elements, elements * (rank + 1) / ranks));
        }
        return new Cuts(starts, ends);
    }

    private long nearest(List<UnitLayout.Part> parts, long elements, long wanted) {
        for (int i = 0; i < parts.size(); i++) {
            UnitLayout.Part part = parts.get(i);
            long next = i + 1 < parts.size() ? parts.get(i + 1).first() : elements;
            if (wanted < next) {
                long run = grain == Grain.RUNS_OF_SQUARES ? ElementKernels.SQUARES_RUN : next - part.first();
                long below = part.first() + (wanted - part.first()) / run * run;
                long above = below + run < part.end() ? below + run : next;
                return wanted - below <= above - wanted ? below : above;
            }
        }
        return elements;
    }
}
