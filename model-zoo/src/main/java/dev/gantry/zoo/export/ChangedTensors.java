package dev.gantry.zoo.export;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Tensor;

/// The parameters that an export writes differently from the base, made one at a time.
public interface ChangedTensors {
    /// Nothing changes: every tensor is written bit for bit.
    ChangedTensors NONE = new ChangedTensors() {
        @Override
        public boolean changes(ParameterId id) {
            return false;
        }

        @Override
        public void write(ParameterId id, Tensor base, Tensor changed) {
            throw new IllegalArgumentException(id + " does not change");
        }
    };

    /// Whether this parameter differs.
    boolean changes(ParameterId id);

    /// Writes one that differs.
    ///
    /// @param base the parameter as stored
    /// @param changed receives the new values; shaped like `base`, of the type that is exported
    void write(ParameterId id, Tensor base, Tensor changed);
}
