package dev.gantry.offload.ranks;

import dev.gantry.engine.collective.Communicator;
import dev.gantry.engine.collective.Communicator.Offer;
import dev.gantry.engine.pass.Neighbours;
import dev.gantry.engine.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ranks before and behind one that computes a span of blocks.
final class RankNeighbours implements Neighbours {
    private final Communicator communicator;
    private final @Nullable TiedTable tied;
    private final List<Offer> given = new ArrayList<>();

    /// @param tied what this rank has of a trained table that the head shares, or null
    RankNeighbours(Communicator communicator, @Nullable TiedTable tied) {
        this.communicator = communicator;
        this.tied = tied;
    }

    @Override
    public void takeStream(Matrix into) {
        communicator.receive(communicator.rank() - 1, into.contents());
    }

    @Override
    public void giveStream(Matrix output) {
        given.add(communicator.offer(communicator.rank() + 1, output.contents()));
    }

    @Override
    public void headFinished() {
        Offer offer = tied == null ? null : tied.passGradient();
        if (offer != null) {
            given.add(offer);
        }
    }

    @Override
    public void takeGradient(Matrix into) {
        communicator.receive(communicator.rank() + 1, into.contents());
    }

    @Override
    public void giveGradient(Matrix gradient) {
        given.add(communicator.offer(communicator.rank() - 1, gradient.contents()));
    }

    @Override
    public void finish() {
        given.forEach(Offer::awaitTaken);
        given.clear();
    }
}
