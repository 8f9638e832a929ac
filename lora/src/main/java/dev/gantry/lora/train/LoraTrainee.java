package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.Gradients.LowRankGradient;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.offload.frozen.Transfers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// Trains an adapter; the base model stays as it is, but for the parameters the adapter trains in full.
public final class LoraTrainee implements Trainee {
    private final Adapter adapter;
    private final Adapters adapters;
    private final TensorArena gradientArena;
    private final List<Trainable> trainables = new ArrayList<>();
    private final Map<String, Matrix> gradientByName = new HashMap<>();
    private final Gradients gradients;
    private final BaseWeights weights;

    /// @param base stays with the caller
    /// @param adapter stays with the caller; its tensors change while training
    public LoraTrainee(Backend backend, DecoderModel base, Adapter adapter, ComputeType compute, DecayScope decay) {
        this(backend, base, adapter, compute, decay, backend.unlimited());
    }

    /// @param base stays with the caller
    /// @param adapter stays with the caller; its tensors change while training
    /// @param device where gradients and weights in the compute type lie
    /// @throws OverBudgetException when it is too small
    public LoraTrainee(
            Backend backend,
            DecoderModel base,
            Adapter adapter,
            ComputeType compute,
            DecayScope decay,
            MemoryAccount device) {
        this(resident(backend, adapter.overlay(base), adapter, compute, device), adapter, decay, device);
    }

    private static BaseWeights resident(
            Backend backend, DecoderModel model, Adapter adapter, ComputeType compute, MemoryAccount device) {
        device.requireFree(
                "training", adapter.bytes() + ResidentWeights.measure(backend, model, compute)); // gradients as adapter
        return BaseWeights.resident(backend, model, compute, device);
    }

    /// @param weights of the base with whatever else the adapter trains in it; closed with this
    /// @param adapter stays with the caller; its tensors change while training
    /// @param device where gradients lie
    public LoraTrainee(BaseWeights weights, Adapter adapter, DecayScope decay, MemoryAccount device) {
        this.adapter = adapter;
        this.adapters = adapter.lowRank();
        this.weights = weights;
        this.gradientArena = new TensorArena(device, "gradients");
        adapter.tensors().forEach((name, value) -> {
            Tensor gradient = gradientArena.allocate(DType.F32, value.shape().toArray());
            gradientByName.put(name, gradient.matrix());
            trainables.add(new Trainable(
                    name,
                    value.matrix(),
                    gradient.matrix(),
                    decay.of(value.shape().rank())));
        });
        this.gradients = gradients(adapter);
    }

    private Gradients gradients(Adapter adapter) {
        Map<AdapterSite, LowRankGradient> lowRank = new HashMap<>();
        adapter.layout()
                .slots()
                .forEach(slot -> lowRank.put(
                        slot.site(), new LowRankGradient(gradient(slot.nameOfA()), gradient(slot.nameOfB()))));
        Map<ParameterId, Matrix> parameters = new HashMap<>();
        adapter.parameterNames().forEach((id, name) -> parameters.put(id, gradient(name)));
        return new Gradients(parameters, lowRank);
    }

    private Matrix gradient(String name) {
        return Objects.requireNonNull(gradientByName.get(name), name);
    }

    @Override
    public ModelWeights weights() {
        return weights.weights();
    }

    @Override
    public Adapters adapters() {
        return adapters;
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
        return adapter.tensors();
    }

    @Override
    public void refresh() {
        if (!adapter.parameterNames().isEmpty()) {
            weights.refresh();
        }
    }

    @Override
    public long allocations() {
        return gradientArena.allocations() + weights.allocations();
    }

    /// Blocks of the base that were copied to the device so far.
    Transfers transfers() {
        return weights.transfers();
    }

    /// Blocks of the base's head that were copied to the device so far.
    Transfers headTransfers() {
        return weights.headTransfers();
    }

    @Override
    public void close() {
        weights.close();
        gradientArena.close();
    }
}
