package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateArray;
import dev.gantry.offload.trainable.TrainedTensor;
import dev.gantry.zoo.export.ChangedTensors;
import dev.gantry.zoo.export.ExportSource;
import dev.gantry.zoo.export.ModelCard;
import dev.gantry.zoo.export.ModelExporter;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.BiConsumer;

/// A full run's checkpoint: a model folder with f32 weights, complete with tokenizer, in `model/`.
record ModelFiles(BaseModel base, FullTrainee trainee, Backend backend) implements CheckpointFiles {
    private static final ModelCard CARD = new ModelCard(
            "Checkpoint of a training run",
            "",
            "",
            List.of("gantry"),
            "A model in the middle of its training, in the precision it is trained in.");

    @Override
    public void write(Path folder) throws IOException {
        if (!backend.memory().isHost()) {
            write(
                    base,
                    MemoryAccount.unlimited("host"),
                    (id, values) -> backend.elements()
                            .copy(trainee.masters().parameter(id).matrix(), values),
                    folder.resolve(Checkpoint.MODEL_FOLDER));
            return;
        }
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
                    HostRoom.filled(backend, state.matrix(), into -> moments.read(tensor, array, 0, into));
                }
            }
        }
    }

    /// Writes a model whose values do not lie in one place, one tensor at a time: the bytes that {@link #write} writes.
    ///
    /// @param memory gives room for one tensor
    /// @param reader brings the f32 values of a parameter
    static void write(BaseModel base, MemoryAccount memory, BiConsumer<ParameterId, Matrix> reader, Path folder)
            throws IOException {
        ChangedTensors all = new ChangedTensors() {
            @Override
            public boolean changes(ParameterId id) {
                return true;
            }

            @Override
            public void write(ParameterId id, int from, Matrix shape, Matrix values) {
                reader.accept(id, values); // all rows: they are brought together
            }
        };
        ExportSource source = new ExportSource(
                base.family(), base.config(), shapes(base.spec()), all, Map.of(), base.folder(), null, null, CARD);
        new ModelExporter(Progress.silent(), memory).export(source, folder);
    }

    /// The model in f32, without memory.
    private static DecoderModel shapes(DecoderSpec spec) {
        try (TensorArena shapes = TensorArena.measuring()) {
            Map<ParameterId, Tensor> tensors = new HashMap<>();
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                tensors.put(
                        parameter.id(),
                        shapes.allocate(DType.F32, parameter.shape().toArray()));
            }
            return new DecoderModel(spec, tensors);
        }
    }
}
