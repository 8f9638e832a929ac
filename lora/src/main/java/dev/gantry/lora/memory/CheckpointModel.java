package dev.gantry.lora.memory;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.frozen.StoredPlace;
import dev.gantry.zoo.model.LoadedModel;
import java.util.HashMap;
import java.util.Map;

/// A checkpoint as what streams its weights needs it: tensors, and their places in files.
public final class CheckpointModel {
    private CheckpointModel() {}

    public static StoredModel of(LoadedModel loaded) {
        return new StoredModel(loaded.model(), places(loaded));
    }

    /// The checkpoint with the parameters that an adapter brings whole in place of its own.
    public static StoredModel of(LoadedModel loaded, Adapter adapter) {
        return new StoredModel(
                adapter.overlay(loaded.model()),
                places(loaded),
                adapter.parameterNames().keySet());
    }

    /// Where files hold the parameters byte for byte.
    public static Map<ParameterId, StoredPlace> places(LoadedModel loaded) {
        Map<ParameterId, StoredPlace> places = new HashMap<>();
        loaded.places().forEach((id, place) -> places.put(id, new StoredPlace(place.file(), place.offset())));
        return places;
    }

    /// Type of each parameter.
    static Map<ParameterId, DType> types(DecoderModel model) {
        Map<ParameterId, DType> types = new HashMap<>();
        model.parameters().forEach((id, tensor) -> types.put(id, tensor.dtype()));
        return types;
    }
}
