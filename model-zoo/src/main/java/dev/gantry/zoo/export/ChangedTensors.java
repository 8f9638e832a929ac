package dev.gantry.zoo.export;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.Matrix;

/// The parameters that an export writes differently from the base, made a few rows at a time.
public interface ChangedTensors {
    /// Nothing changes: every tensor is written bit for bit.
    ChangedTensors NONE = new ChangedTensors() {
        @Override
        public boolean changes(ParameterId id) {
            return false;
        }

        @Override
        public void write(ParameterId id, int from, Matrix base, Matrix changed) {
            throw new IllegalArgumentException(id + " does not change");
        }
    };

    /// Whether this parameter differs.
    boolean changes(ParameterId id);

    /// Rows of a parameter are asked for in multiples of this, but for the last; so that what is computed from so many
    /// rows at once comes out the same however many are asked for. All rows together unless said otherwise.
    default int rowStep() {
        return Integer.MAX_VALUE;
    }

    /// Writes some rows of one that differs.
    ///
    /// @param from the first of them
    /// @param base these rows of the parameter as stored
    /// @param changed receives the new values; as many rows as `base`, of the type that is exported
    void write(ParameterId id, int from, Matrix base, Matrix changed);
}
