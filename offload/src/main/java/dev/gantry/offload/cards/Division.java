package dev.gantry.offload.cards;

import java.util.List;

/// Who holds which layers, and how long a step takes so.
public sealed interface Division {
    double secondsPerStep();

    /// Neighbouring layers of each card, in the order of the cards: activations pass from card to card.
    ///
    /// @param layers how many each card has
    record Dealt(List<Integer> layers, double secondsPerStep) implements Division {
        public Dealt {
            layers = List.copyOf(layers);
        }
    }

    /// Every card has its share of every layer and gathers the others' when it comes to it: micro-batches are divided.
    record Sharded(double secondsPerStep) implements Division {}
}
