package dev.gantry.zoo.model;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorPlace;
import dev.gantry.zoo.family.ModelTask;
import dev.gantry.zoo.family.ParameterNames;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A model whose tensors can be read: mapped files, and the memory of the few that had to be converted.
public final class LoadedModel implements AutoCloseable {
    private final ModelFolder folder;
    private final Checkpoint checkpoint;
    private final TensorArena converted;
    private final DecoderModel model;

    private LoadedModel(ModelFolder folder, Checkpoint checkpoint, TensorArena converted) {
        this.folder = folder;
        this.checkpoint = checkpoint;
        this.converted = converted;
        Map<ParameterId, Tensor> tensors = new HashMap<>();
        folder.parameters().names().forEach((id, name) -> tensors.put(id, readable(checkpoint.tensor(name))));
        this.model = new DecoderModel(folder.spec(), tensors);
    }

    static LoadedModel load(ModelFolder folder) {
        Checkpoint checkpoint = folder.weights().open();
        TensorArena converted = new TensorArena();
        boolean complete = false;
        try {
            LoadedModel loaded = new LoadedModel(folder, checkpoint, converted);
            complete = true;
            return loaded;
        } finally {
            if (!complete) {
                converted.close();
                checkpoint.close();
            }
        }
    }

    /// The engine computes from f32 and narrower; f64 checkpoints are rare and are narrowed here.
    private Tensor readable(Tensor tensor) {
        if (tensor.dtype() != DType.F64) {
            return tensor;
        }
        Tensor narrow = converted.allocate(DType.F32, tensor.shape().toArray());
        for (long i = 0; i < tensor.elements(); i++) {
            double value = tensor.data().getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            narrow.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
        }
        return narrow;
    }

    public ModelFolder folder() {
        return folder;
    }

    /// The decoder; its tensors live until {@link #close}.
    public DecoderModel model() {
        return model;
    }

    /// The checkpoint as stored, every tensor by its name there.
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /// Where the files hold the parameters that were not converted when they were loaded.
    public Map<ParameterId, TensorPlace> places() {
        Map<ParameterId, TensorPlace> places = new HashMap<>();
        folder.parameters().names().forEach((id, name) -> {
            if (checkpoint.tensor(name).dtype() == model.parameter(id).dtype()) {
                checkpoint.place(name).ifPresent(place -> places.put(id, place));
            }
        });
        return places;
    }

    /// A reward model's head, shape `[labels, hidden]`.
    public Optional<Tensor> score() {
        return folder.task() == ModelTask.SEQUENCE_CLASSIFICATION
                ? Optional.of(readable(checkpoint.tensor(ParameterNames.SCORE)))
                : Optional.empty();
    }

    @Override
    public void close() {
        converted.close();
        checkpoint.close();
    }
}
