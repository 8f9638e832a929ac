package dev.gantry.lora.adapter;

import java.util.Locale;

/// Which biases of the base model are trained with the adapter.
public enum BiasTraining {
    NONE,
    /// Every bias of the model, those of norms too.
    ALL,
    /// Biases of the modules that carry an adapter.
    LORA_ONLY;

    /// PEFT's word for it.
    public String peftName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BiasTraining ofPeftName(String name) {
        for (BiasTraining value : values()) {
            if (value.peftName().equals(name)) {
                return value;
            }
        }
        throw new IllegalArgumentException("bias is \"" + name + "\": it can be none, all or lora_only");
    }
}
