package dev.gantry.lora.train;

import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/// What a run trains: an adapter beside a frozen model, or all parameters of a model.
public interface Trainee extends AutoCloseable {

    /// The weights to compute with.
    ModelWeights weights();

    /// The adapters to compute with; {@link Adapters#NONE} when there are none.
    Adapters adapters();

    /// Where the backward adds gradients.
    Gradients gradients();

    /// The trained tensors with their gradients, in a fixed order.
    List<Trainable> trainables();

    /// The f32 values of all trained tensors under the names that files give them, as live views.
    SequencedMap<String, Tensor> tensors();

    /// Brings everything derived from the trained tensors up to date, after they changed.
    void refresh();

    /// Native allocations made so far, for the promise that training makes none.
    long allocations();

    @Override
    void close();
}
