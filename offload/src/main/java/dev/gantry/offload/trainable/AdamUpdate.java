package dev.gantry.offload.trainable;

import dev.gantry.engine.backend.ElementKernels;
import dev.gantry.engine.backend.OptimizerKernels;
import dev.gantry.engine.backend.OptimizerKernels.AdamStep;
import dev.gantry.engine.optim.AdamConstants;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.offload.trainable.RecordLayout.Piece;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// One AdamW step of a record: master and moments are rewritten where they lie, and new parameters go out while the
/// master is still in the cache. AdamW looks at each element alone, so that it does not matter where tensors are cut.
///
/// @param number of the step, from 1
/// @param gradientScale multiplies every gradient first
record AdamUpdate(OptimizerSettings.AdamW settings, long number, double learningRate, float gradientScale) {
    /// Elements updated before their parameters go out: four arrays of them fit the second cache.
    private static final int RUN = 1 << 16;

    /// Updates a record.
    ///
    /// @param gradient of the whole record
    void apply(
            List<Piece> pieces,
            MemorySegment gradient,
            Values master,
            Values moments,
            ParameterCopies parameters,
            OptimizerKernels optimizers,
            ElementKernels elements) {
        AdamConstants constants = AdamConstants.of(settings);
        for (Piece piece : pieces) {
            double decay = piece.tensor().weightDecay().of(settings.weightDecay());
            AdamStep step = constants.at(number, learningRate, decay);
            for (long done = 0; done < piece.count(); done += RUN) {
                int count = (int) Math.min(RUN, piece.count() - done);
                Matrix value = master.row(0, piece, done, count);
                optimizers.adamW(
                        value,
                        Values.row(gradient, piece.at() + done, count),
                        moments.row(0, piece, done, count),
                        moments.row(1, piece, done, count),
                        step,
                        gradientScale);
                parameters.write(piece, done, value, elements);
            }
        }
    }
}
