package dev.gantry.offload.plan;

/// Seconds that kernels take in the parts of one optimizer step, with all its micro-batches.
///
/// @param forwardVisit of a block in the forward
/// @param backwardVisit of a block in the backward, with its second forward where layers are recomputed
/// @param head of head and loss, there and back
/// @param outside of embedding, clipping and optimizer
public record ComputeTimes(double forwardVisit, double backwardVisit, double head, double outside) {

    /// A whole step through `layers` blocks.
    public double seconds(int layers) {
        return layers * (forwardVisit + backwardVisit) + head + outside;
    }

    /// The same with a head whose blocks pass: it computes logits once more on the way back, which makes three products
    /// of two.
    ComputeTimes withLogitsTwice() {
        return new ComputeTimes(forwardVisit, backwardVisit, head * 3 / 2, outside);
    }

    ComputeTimes slowedBy(double factor) {
        return new ComputeTimes(forwardVisit * factor, backwardVisit * factor, head * factor, outside * factor);
    }
}
