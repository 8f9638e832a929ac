package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateArray;
import dev.gantry.offload.trainable.TrainedTensor;
import dev.gantry.zoo.export.ExportSource;
import dev.gantry.zoo.export.ModelCard;
import dev.gantry.zoo.export.ModelExporter;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// A full run's checkpoint: a model folder with f32 weights, complete with tokenizer, in `model/`.
record ModelFiles(BaseModel base, FullTrainee trainee, Backend backend) implements CheckpointFiles {
    static final ModelCard CARD = new ModelCard(
            "Checkpoint of a training run",
            "",
            "",
            List.of("gantry"),
            "A model in the middle of its training, in the precision it is trained in.");

    @Override
    public void write(Path folder) throws IOException {
        ExportSource source = ExportSource.fresh(base.family(), base.config(), trainee.masters(), base.folder(), CARD);
        new ModelExporter(Progress.silent()).export(source, folder.resolve(Checkpoint.MODEL_FOLDER));
    }

    @Override
    public void read(Path folder) throws IOException {
        try (LoadedModel saved =
                ModelFolder.open(folder.resolve(Checkpoint.MODEL_FOLDER)).load()) {
            trainee.masters()
                    .parameters()
                    .forEach((id, master) ->
                            backend.elements().copy(saved.model().parameter(id).matrix(), master.matrix()));
            backend.synchronize();
        }
    }

    /// States that a run kept on disk are read from there.
    @Override
    public void readStates(Path folder, SequencedMap<String, Tensor> states, Backend backend) throws IOException {
        if (KeptStates.in(folder).isEmpty()) {
            CheckpointFiles.super.readStates(folder, states, backend);
            return;
        }
        RecordLayout layout = base.trainedWhole(ComputeType.F32, rank -> WeightDecay.APPLIED);
        try (SavedMoments moments = SavedMoments.of(layout, folder, MemoryAccount.unlimited("host"))) {
            for (TrainedTensor tensor : layout.model().tensors()) {
                for (StateArray array : List.of(StateArray.FIRST_MOMENT, StateArray.SECOND_MOMENT)) {
                    Tensor state = Objects.requireNonNull(states.get(SavedMoments.name(tensor, array)));
                    moments.read(tensor, array, 0, state.matrix());
                }
            }
        }
    }
}
