package dev.gantry.lora.conformance;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.BackwardListener;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.zoo.checkpoint.Checkpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The gradient of every parameter, compared as soon as its part of the backward is over: there is memory for those of
/// one block and of what lies outside the blocks.
final class WholeGradients implements BackwardListener {
    private static final String QUANTITY = "gradients of all parameters";
    private static final String FILE = "grads.safetensors";

    private final LoadedCase loaded;
    private final Checkpoint expected;
    private final Comparison comparison = new Comparison(QUANTITY);
    private final Map<ParameterId, Matrix> gradients = new HashMap<>();

    private WholeGradients(LoadedCase loaded, Checkpoint expected, TensorArena arena) {
        this.loaded = loaded;
        this.expected = expected;
        Map<ParameterId, Matrix> room = new HashMap<>(); // by the place in block 0
        for (ParameterSpec parameter : DecoderParameters.of(loaded.model().spec())) {
            ParameterId id = parameter.id();
            ParameterId place = id.layer() < 0 ? id : new ParameterId(0, id.module(), id.part());
            gradients.put(
                    id,
                    room.computeIfAbsent(
                            place,
                            _ -> arena.allocate(DType.F32, parameter.shape().toArray())
                                    .matrix()));
        }
    }

    static Finding compare(LoadedCase loaded) {
        try (TensorArena arena = loaded.arena();
                Checkpoint expected = loaded.open(FILE)) {
            return new WholeGradients(loaded, expected, arena).finding();
        }
    }

    private Finding finding() {
        TrainedTensors trained =
                new TrainedTensors(loaded.stored(), Adapters.NONE, new Gradients(gradients, Map.of()), List.of());
        double loss = GradientCheck.run(loaded, trained, List.of(loaded.inputs()), this);
        if (!Double.isFinite(loss)) {
            return new Finding.Failed(QUANTITY, "the loss is " + loss);
        }
        gradients.keySet().stream().filter(id -> id.layer() < 0).forEach(this::compare);
        return comparison.finding();
    }

    @Override
    public void blockStarted(int layer) {
        parameters(layer).forEach(id -> loaded.backend().elements().fill(gradient(id), 0));
    }

    @Override
    public void blockFinished(int layer) {
        loaded.backend().synchronize();
        parameters(layer).forEach(this::compare);
    }

    private List<ParameterId> parameters(int layer) {
        return gradients.keySet().stream().filter(id -> id.layer() == layer).toList();
    }

    private Matrix gradient(ParameterId id) {
        return Objects.requireNonNull(gradients.get(id));
    }

    private void compare(ParameterId id) {
        String name = loaded.name(id);
        comparison.values(
                name,
                expected.tensor(name),
                Values.floats(loaded.backend(), gradient(id)),
                loaded.reference().tolerance(FILE, name));
    }
}
