package dev.gantry.lora.train;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.offload.ranks.RankedTraining;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateArray;
import dev.gantry.offload.trainable.TrainedTensor;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;

/// A model that ranks train: a model folder in `model/`, put together one tensor at a time.
///
/// @param account where that tensor lies, and buffers for reading states that were kept on disk
record RankedModelFiles(BaseModel base, MemoryAccount account) implements RankedFiles {

    @Override
    public void write(Path checkpoint, RankedTraining training) throws IOException {
        ModelFiles.write(
                base,
                account,
                (id, values) -> training.read(name(id), values),
                checkpoint.resolve(Checkpoint.MODEL_FOLDER));
    }

    @Override
    public void read(Path checkpoint, RankedTraining training) throws IOException {
        try (LoadedModel saved =
                ModelFolder.open(checkpoint.resolve(Checkpoint.MODEL_FOLDER)).load()) {
            for (ParameterSpec parameter : DecoderParameters.of(base.spec())) {
                training.set(
                        name(parameter.id()),
                        saved.model().parameter(parameter.id()).matrix());
            }
        }
    }

    /// States that a run kept on disk are read from there.
    @Override
    public void readStates(Path checkpoint, RankedStates states, RankedTraining training) throws IOException {
        if (KeptStates.in(checkpoint).isEmpty()) {
            RankedFiles.super.readStates(checkpoint, states, training);
            return;
        }
        RecordLayout layout = base.trainedWhole(ComputeType.F32, rank -> WeightDecay.APPLIED);
        try (SavedMoments moments = SavedMoments.of(layout, checkpoint, account)) {
            for (TrainedTensor tensor : layout.model().tensors()) {
                deal(moments, tensor, StateArray.FIRST_MOMENT, training);
                deal(moments, tensor, StateArray.SECOND_MOMENT, training);
            }
        }
    }

    private void deal(SavedMoments moments, TrainedTensor tensor, StateArray array, RankedTraining training) {
        try (TensorArena arena = new TensorArena(account, "resuming")) {
            Matrix whole = arena.allocate(DType.F32, tensor.shape().toArray()).matrix();
            moments.read(tensor, array, 0, whole);
            training.setState(tensor.name(), SavedMoments.kind(array), whole);
        }
    }

    private String name(ParameterId id) {
        return base.family().names().standard(id);
    }
}
