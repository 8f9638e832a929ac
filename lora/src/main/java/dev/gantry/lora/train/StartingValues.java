package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.offload.trainable.StateArray;
import dev.gantry.offload.trainable.StateSource;

/// The values that training all parameters off the device starts or goes on from, piece by piece: the bits of
/// {@link FullTrainee}.
final class StartingValues {
    private StartingValues() {}

    /// A model's values; moments are zero.
    static StateSource of(DecoderModel model, Backend backend) {
        return (tensor, array, from, into) -> {
            if (array == StateArray.MASTER) {
                copy(model.parameter(tensor.id()), from, into, backend);
            }
        };
    }

    /// Random values; moments are zero.
    static StateSource fresh(FreshParameters parameters) {
        return (tensor, array, from, into) -> {
            if (array == StateArray.MASTER) {
                parameters.fill(tensor.id(), from, into);
            }
        };
    }

    /// What a checkpoint holds.
    static StateSource saved(DecoderModel masters, SavedMoments moments, Backend backend) {
        return (tensor, array, from, into) -> {
            switch (array) {
                case MASTER -> copy(masters.parameter(tensor.id()), from, into, backend);
                case FIRST_MOMENT, SECOND_MOMENT -> moments.read(tensor, array, from, into);
            }
        };
    }

    private static void copy(Tensor all, long from, Matrix into, Backend backend) {
        long bytes = all.dtype().bytes();
        int count = Math.toIntExact(into.elements());
        var data = all.data().asSlice(from * bytes, count * bytes);
        backend.elements().copy(new Matrix(all.dtype(), data, 1, count, count), into);
    }
}
