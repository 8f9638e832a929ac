package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Trains every parameter of a model: f32 masters of its own, whatever the type the checkpoint stores.
public final class FullTrainee implements Trainee {
    private final TensorArena parameterArena;
    private final TensorArena gradientArena;
    private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    private final List<Trainable> trainables = new ArrayList<>();
    private final Gradients gradients;
    private final DecoderModel masters;
    private final ResidentWeights weights;

    private FullTrainee(
            Backend backend,
            DecoderSpec spec,
            BiConsumer<ParameterId, Matrix> start,
            Function<ParameterId, String> names,
            ComputeType compute,
            DecayScope decay,
            MemoryAccount device) {
        device.requireFree("training", measure(backend, spec, compute));
        this.parameterArena = new TensorArena(device, "parameters");
        this.gradientArena = new TensorArena(device, "gradients");
        Map<ParameterId, Tensor> values = new LinkedHashMap<>();
        Map<ParameterId, Matrix> gradientById = new LinkedHashMap<>();
        for (ParameterSpec parameter : DecoderParameters.of(spec)) {
            ParameterId id = parameter.id();
            long[] extents = parameter.shape().toArray();
            Tensor value = parameterArena.allocate(DType.F32, extents);
            Matrix gradient = gradientArena.allocate(DType.F32, extents).matrix();
            start.accept(id, value.matrix());
            values.put(id, value);
            gradientById.put(id, gradient);
            tensors.put(names.apply(id), value);
            trainables.add(new Trainable(
                    names.apply(id),
                    value.matrix(),
                    gradient,
                    decay.of(parameter.shape().rank())));
        }
        backend.synchronize();
        this.masters = new DecoderModel(spec, values);
        this.gradients = new Gradients(gradientById, Map.of());
        this.weights = new ResidentWeights(backend, masters, compute, device);
    }

    /// Bytes of parameters, gradients and weights in the compute type.
    private static long measure(Backend backend, DecoderSpec spec, ComputeType compute) {
        try (TensorArena shapes = TensorArena.measuring(backend.memory())) {
            Map<ParameterId, Tensor> values = new LinkedHashMap<>();
            for (ParameterSpec parameter : DecoderParameters.of(spec)) {
                values.put(
                        parameter.id(),
                        shapes.allocate(DType.F32, parameter.shape().toArray()));
            }
            long weights = ResidentWeights.measure(backend, new DecoderModel(spec, values), compute);
            return 2 * shapes.allocatedBytes() + weights;
        }
    }

    /// Starts from a model's values.
    ///
    /// @param base only read here
    /// @param names what files call a parameter
    public static FullTrainee of(
            Backend backend,
            DecoderModel base,
            Function<ParameterId, String> names,
            ComputeType compute,
            DecayScope decay) {
        return of(backend, base, names, compute, decay, backend.unlimited());
    }

    /// Starts from a model's values.
    ///
    /// @param base only read here
    /// @param names what files call a parameter
    /// @param device where everything that is trained lies
    /// @throws OverBudgetException when it is too small
    public static FullTrainee of(
            Backend backend,
            DecoderModel base,
            Function<ParameterId, String> names,
            ComputeType compute,
            DecayScope decay,
            MemoryAccount device) {
        BiConsumer<ParameterId, Matrix> copy =
                (id, value) -> backend.elements().copy(base.parameter(id).matrix(), value);
        return new FullTrainee(backend, base.spec(), copy, names, compute, decay, device);
    }

    /// Starts from random values, see {@link FreshParameters}.
    ///
    /// @param device where everything that is trained lies
    /// @throws OverBudgetException when it is too small
    public static FullTrainee fresh(
            Backend backend,
            DecoderSpec spec,
            long seed,
            Function<ParameterId, String> names,
            ComputeType compute,
            DecayScope decay,
            MemoryAccount device) {
        FreshParameters fresh = new FreshParameters(spec, seed);
        BiConsumer<ParameterId, Matrix> fill =
                (id, value) -> HostRoom.filled(backend, value, into -> fresh.fill(id, into));
        return new FullTrainee(backend, spec, fill, names, compute, decay, device);
    }

    /// The trained model, as live views of its f32 masters.
    public DecoderModel masters() {
        return masters;
    }

    @Override
    public ModelWeights weights() {
        return weights.weights();
    }

    @Override
    public Adapters adapters() {
        return Adapters.NONE;
    }

    @Override
    public Gradients gradients() {
        return gradients;
    }

    @Override
    public List<Trainable> trainables() {
        return List.copyOf(trainables);
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    @Override
    public void refresh() {
        weights.refresh();
    }

    @Override
    public long allocations() {
        return parameterArena.allocations() + gradientArena.allocations();
    }

    @Override
    public void close() {
        weights.close();
        gradientArena.close();
        parameterArena.close();
    }
}
