package dev.gantry.offload.frozen;

import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A model as its checkpoint stores it: tensors that can be read where they lie, and the places in files of those that
/// direct I/O can fetch past the page cache.
///
/// @param model tensors in mapped files or in memory
/// @param places of the tensors that are stored in a file byte for byte; a tensor that was converted has none
/// @param trained parameters that change: their tensors lie on the device already and are never streamed
public record StoredModel(DecoderModel model, Map<ParameterId, StoredPlace> places, Set<ParameterId> trained) {
    public StoredModel {
        trained = Set.copyOf(trained);
        places = new HashMap<>(places);
        places.keySet().removeAll(trained);
        places = Map.copyOf(places);
    }

    /// A model of which nothing changes.
    public StoredModel(DecoderModel model, Map<ParameterId, StoredPlace> places) {
        this(model, places, Set.of());
    }

    /// A model that lies in memory alone.
    public static StoredModel inMemory(DecoderModel model) {
        return new StoredModel(model, Map.of());
    }

    boolean isFrozen(ParameterId id) {
        return !trained.contains(id);
    }

    public DecoderSpec spec() {
        return model.spec();
    }

    Tensor tensor(ParameterId id) {
        return model.parameter(id);
    }

    DType dtype(ParameterId id) {
        return model.parameter(id).dtype();
    }

    @Nullable
    StoredPlace place(ParameterId id) {
        return places.get(id);
    }
}
