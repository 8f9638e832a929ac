package dev.gantry.lora.data;

/// The next batch of a run; saved in a checkpoint, it lets the run go on as if never stopped.
///
/// @param epoch passes over the data completed
/// @param batch batches of this pass already given
public record DataPosition(long epoch, long batch) {
    public static final DataPosition START = new DataPosition(0, 0);

    public DataPosition {
        if (epoch < 0 || batch < 0) {
            throw new IllegalArgumentException(
                    "a data position counts from 0, found epoch " + epoch + ", batch " + batch);
        }
    }
}
