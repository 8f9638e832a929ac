package dev.gantry.zoo.checkpoint;

import dev.gantry.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Named tensors in one or several files. Tensors are views of mapped memory, valid until this is closed.
public interface Checkpoint extends AutoCloseable {

    /// What the files hold, by name, in the order of the files.
    Map<String, TensorInfo> tensors();

    /// The values of one tensor; aligned to its element size at least.
    ///
    /// @throws IllegalArgumentException when there is no such tensor
    Tensor tensor(String name);

    /// Where the tensor can be read past the page cache; empty when its bytes lie in no file as they are.
    ///
    /// @throws IllegalArgumentException when there is no such tensor
    default Optional<TensorPlace> place(String name) {
        return Optional.empty();
    }

    /// The files read.
    List<Path> files();

    @Override
    void close();
}
