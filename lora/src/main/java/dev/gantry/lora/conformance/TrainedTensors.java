package dev.gantry.lora.conformance;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterSlot;
import dev.gantry.offload.frozen.StoredModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a case trains: the tensors under the reference's names, where their gradients go, and the model they act in.
///
/// @param model with trained parameters in place of the checkpoint's own
/// @param adapters to apply
record TrainedTensors(StoredModel model, Adapters adapters, Gradients gradients, List<Trainable> trainables) {

    /// An adapter's A and B, and what it trains in full.
    static TrainedTensors of(StoredModel base, Adapter adapter, TensorArena arena) {
        Map<AdapterSite, Gradients.LowRankGradient> gradients = new HashMap<>();
        List<Trainable> trainables = new ArrayList<>();
        for (AdapterSlot slot : adapter.layout().slots()) {
            Matrix da = arena.matrix(DType.F32, slot.rank(), slot.inputs());
            Matrix db = arena.matrix(DType.F32, slot.outputs(), slot.rank());
            gradients.put(slot.site(), new Gradients.LowRankGradient(da, db));
            trainables.add(trainable(slot.nameOfA(), adapter, da));
            trainables.add(trainable(slot.nameOfB(), adapter, db));
        }
        Map<ParameterId, Matrix> whole = new HashMap<>();
        DecoderModel overlaid = adapter.overlay(base.model());
        adapter.parameterNames().forEach((id, name) -> {
            Matrix gradient = arena.allocate(
                            DType.F32, overlaid.parameter(id).shape().toArray())
                    .matrix();
            whole.put(id, gradient);
            trainables.add(trainable(name, adapter, gradient));
        });
        StoredModel model = new StoredModel(
                overlaid, base.places(), adapter.parameterNames().keySet());
        return new TrainedTensors(model, adapter.lowRank(), new Gradients(whole, gradients), trainables);
    }

    /// Every parameter of a model, as f32 copies.
    static TrainedTensors of(LoadedCase loaded, TensorArena arena) {
        Map<ParameterId, Tensor> masters = new HashMap<>();
        Map<ParameterId, Matrix> gradients = new HashMap<>();
        List<Trainable> trainables = new ArrayList<>();
        for (ParameterSpec parameter : DecoderParameters.of(loaded.model().spec())) {
            ParameterId id = parameter.id();
            long[] extents = parameter.shape().toArray();
            Tensor master = arena.allocate(DType.F32, extents);
            loaded.backend().elements().copy(loaded.model().parameter(id).matrix(), master.matrix());
            Matrix gradient = arena.allocate(DType.F32, extents).matrix();
            masters.put(id, master);
            gradients.put(id, gradient);
            trainables.add(new Trainable(loaded.name(id), master.matrix(), gradient, Trainable.WeightDecay.APPLIED));
        }
        StoredModel model =
                new StoredModel(new DecoderModel(loaded.model().spec(), masters), Map.of(), masters.keySet());
        return new TrainedTensors(model, Adapters.NONE, new Gradients(gradients, Map.of()), trainables);
    }

    private static Trainable trainable(String name, Adapter adapter, Matrix gradient) {
        Tensor tensor = adapter.tensors().get(name);
        if (tensor == null) {
            throw new IllegalStateException("the adapter lost its tensor " + name);
        }
        return new Trainable(name, tensor.matrix(), gradient, Trainable.WeightDecay.APPLIED);
    }
}
