package dev.gantry.zoo.model;

import dev.gantry.engine.decoder.ParameterId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Which tensor of a checkpoint is which parameter.
///
/// @param names one for each parameter of the spec, in the order data flows through them
/// @param buffers tensors that can be computed and are ignored
/// @param unexpected tensors that nothing here knows; they are ignored too, which the user should be told
public record ParameterMap(SequencedMap<ParameterId, String> names, List<String> buffers, List<String> unexpected) {

    public ParameterMap {
        names = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(names));
        buffers = List.copyOf(buffers);
        unexpected = List.copyOf(unexpected);
    }

    /// @throws IllegalArgumentException when the model has no such parameter
    public String name(ParameterId id) {
        String name = names.get(id);
        if (name == null) {
            throw new IllegalArgumentException("the model has no parameter " + id);
        }
        return name;
    }
}
