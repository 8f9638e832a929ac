package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.tensors.TensorFile;
import dev.gantry.offload.trainable.KeptMoments;
import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.OffloadedStep.Room;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateArray;
import dev.gantry.offload.trainable.TrainedTensor;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The moments of a checkpoint, whichever of them lie in it and whichever in the run's files of states.
final class SavedMoments implements AutoCloseable {
    private final dev.gantry.zoo.checkpoint.Checkpoint inCheckpoint;
    private final Predicate<TrainedTensor> onDisk;
    private final @Nullable KeptMoments kept;

    private SavedMoments(
            dev.gantry.zoo.checkpoint.Checkpoint inCheckpoint,
            Predicate<TrainedTensor> onDisk,
            @Nullable KeptMoments kept) {
        this.inCheckpoint = inCheckpoint;
        this.onDisk = onDisk;
        this.kept = kept;
    }

    /// All moments.
    ///
    /// @param folder the checkpoint's
    /// @param host gives the buffers for reading
    /// @throws GantryException when anything is missing or belongs to something else
    static SavedMoments of(RecordLayout layout, Path folder, MemoryAccount host) throws IOException {
        return open(layout, folder, states -> {
            Path run = folder.toAbsolutePath().resolve("../..").normalize();
            Room room = new Room(MemoryAccount.unlimited("device"), host, states.place(run), states.owner());
            return new KeptMoments(layout, states.plan(layout), room, states.step());
        });
    }

    /// Those alone that lie in the checkpoint itself; the others are gone on from where they are.
    static SavedMoments inCheckpoint(RecordLayout layout, Path folder) throws IOException {
        return open(layout, folder, states -> null);
    }

    private interface Opening {
        @Nullable
        KeptMoments open(KeptStates states);
    }

    private static SavedMoments open(RecordLayout layout, Path folder, Opening opening) throws IOException {
        Optional<KeptStates> states = KeptStates.in(folder);
        Predicate<TrainedTensor> onDisk = states.isEmpty()
                ? tensor -> false
                : tensor -> states.get().plan(layout).isOnDisk(layout, Kind.MOMENTS, tensor);
        Path file = folder.resolve(Checkpoint.OPTIMIZER_FILE);
        var inCheckpoint = SafetensorsFile.open(file);
        boolean complete = false;
        try {
            TensorFile.requireSame(wanted(layout, onDisk.negate()), inCheckpoint, file);
            KeptMoments kept = states.isEmpty() ? null : opening.open(states.get());
            complete = true;
            return new SavedMoments(inCheckpoint, onDisk, kept);
        } finally {
            if (!complete) {
                inCheckpoint.close();
            }
        }
    }

    private static Map<String, Shape> wanted(RecordLayout layout, Predicate<TrainedTensor> which) {
        Map<String, Shape> wanted = new HashMap<>();
        layout.model().tensors().stream().filter(which).forEach(tensor -> {
            wanted.put(name(tensor, StateArray.FIRST_MOMENT), shape(tensor));
            wanted.put(name(tensor, StateArray.SECOND_MOMENT), shape(tensor));
        });
        return wanted;
    }

    /// What files call a moment.
    static String name(TrainedTensor tensor, StateArray array) {
        return tensor.name() + "." + kind(array);
    }

    /// The optimizer's name of a moment.
    static String kind(StateArray array) {
        return switch (array) {
            case FIRST_MOMENT -> "exp_avg";
            case SECOND_MOMENT -> "exp_avg_sq";
            case MASTER -> throw new IllegalArgumentException("a master is no moment");
        };
    }

    /// The shape of both moments, which files hold as matrices.
    static Shape shape(TrainedTensor tensor) {
        long columns = tensor.shape().rank() == 0 ? 1 : tensor.shape().extent(-1);
        return Shape.of(tensor.elements() / columns, columns);
    }

    /// Copies adjacent elements of a moment.
    ///
    /// @param into f32, contiguous
    void read(TrainedTensor tensor, StateArray array, long from, Matrix into) {
        if (onDisk.test(tensor)) {
            Objects.requireNonNull(kept, "moments on disk were not asked for").read(tensor, array, from, into);
            return;
        }
        Tensor all = inCheckpoint.tensor(name(tensor, array));
        long bytes = DType.F32.bytes();
        into.data().copyFrom(all.data().asSlice(from * bytes, into.elements() * bytes));
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
        }
        inCheckpoint.close();
    }
}
