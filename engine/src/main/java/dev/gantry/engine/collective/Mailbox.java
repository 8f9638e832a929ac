package dev.gantry.engine.collective;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// Offers of one rank to another, taken in order. The bytes are copied once, by who takes them.
final class Mailbox {
    private final RankGroup group;
    private final int from;
    private final int to;
    private final Fabric fabric;
    private final Deque<Letter> letters = new ArrayDeque<>();

    Mailbox(RankGroup group, int from, int to, Fabric fabric) {
        this.group = group;
        this.from = from;
        this.to = to;
        this.fabric = fabric;
    }

    Communicator.Offer offer(MemorySegment data) {
        group.requireSound(from);
        Letter letter = new Letter(data);
        group.change(() -> letters.add(letter));
        return letter;
    }

    void receive(MemorySegment into) {
        group.await(to, Collective.HAND_OVER, () -> !letters.isEmpty(), () -> "rank " + from);
        Letter letter = letters.getFirst();
        if (letter.data.byteSize() != into.byteSize()) {
            throw new IllegalStateException("rank " + from + " offers " + letter.data.byteSize() + " bytes, rank " + to
                    + " takes " + into.byteSize());
        }
        fabric.copy(to, letter.data, into);
        group.change(() -> {
            letters.removeFirst();
            letter.taken = true;
        });
    }

    /// Bytes that wait to be taken.
    private final class Letter implements Communicator.Offer {
        private final MemorySegment data;
        private boolean taken;

        Letter(MemorySegment data) {
            this.data = data;
        }

        @Override
        public void awaitTaken() {
            group.await(from, Collective.HAND_OVER, () -> taken, () -> "rank " + to);
        }
    }
}
