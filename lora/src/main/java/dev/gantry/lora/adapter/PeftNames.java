package dev.gantry.lora.adapter;

import dev.gantry.engine.decoder.ParameterId;
import java.util.Locale;

/// Names of tensors in a PEFT file.
final class PeftNames {
    static final String PREFIX = "base_model.model.";

    private PeftNames() {}

    /// Name of a parameter that is trained in full. The bias of a module with an adapter lies inside PEFT's wrapper.
    static String parameter(ParameterId id, ModulePaths paths, AdapterLayout layout) {
        String path = paths.path(id.layer(), id.module());
        String part = id.part().name().toLowerCase(Locale.ROOT);
        return PREFIX + path + (layout.carriesAdapter(id) ? ".base_layer." : ".") + part;
    }
}
