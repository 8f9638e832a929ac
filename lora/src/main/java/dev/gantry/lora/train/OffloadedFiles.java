package dev.gantry.lora.train;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.offload.trainable.OffloadedStep;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateArray;
import dev.gantry.offload.trainable.StateReader;
import dev.gantry.offload.trainable.TrainedTensor;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/// Writes what {@link OffloadedStep} trains into a checkpoint's folder, tensor by tensor: the bytes that
/// {@link ModelFiles} and {@link DeviceTrainer} write.
///
/// @param host gives memory for one tensor
record OffloadedFiles(BaseModel base, RecordLayout layout, MemoryAccount host) {

    /// Writes the masters as a model folder.
    void writeModel(OffloadedStep step, Path checkpoint) throws IOException {
        Map<ParameterId, TrainedTensor> tensors = new HashMap<>();
        layout.model().tensors().forEach(tensor -> tensors.put(tensor.id(), tensor));
        try (StateReader reader = step.reader()) {
            ModelFiles.write(
                    base,
                    host,
                    (id, values) -> reader.read(Objects.requireNonNull(tensors.get(id)), StateArray.MASTER, values),
                    checkpoint.resolve(Checkpoint.MODEL_FOLDER));
        }
    }

    /// Writes the moments of some tensors.
    void writeMoments(OffloadedStep step, Predicate<TrainedTensor> wanted, Path checkpoint) throws IOException {
        record Moment(TrainedTensor tensor, StateArray array) {}
        List<TensorInfo> infos = new ArrayList<>();
        Map<String, Moment> moments = new HashMap<>();
        for (TrainedTensor tensor : layout.model().tensors()) {
            if (wanted.test(tensor)) {
                for (StateArray array : List.of(StateArray.FIRST_MOMENT, StateArray.SECOND_MOMENT)) {
                    String name = SavedMoments.name(tensor, array);
                    infos.add(new TensorInfo(name, DType.F32, SavedMoments.shape(tensor)));
                    moments.put(name, new Moment(tensor, array));
                }
            }
        }
        long largest = infos.stream().mapToLong(TensorInfo::bytes).max().orElse(0);
        try (StateReader reader = step.reader();
                TensorArena arena = TensorArena.planned(host, "tensor being saved", largest)) {
            var memory = arena.allocateBytes(largest);
            SafetensorsWriter.Source source = info -> {
                Moment moment = Objects.requireNonNull(moments.get(info.name()));
                Tensor tensor = new Tensor(DType.F32, info.shape(), memory.asSlice(0, info.bytes()));
                reader.read(moment.tensor(), moment.array(), tensor.matrix());
                return tensor;
            };
            Path file = checkpoint.resolve(Checkpoint.OPTIMIZER_FILE);
            SafetensorsWriter.write(file, infos, SafetensorsWriter.PYTORCH, source);
        }
    }
}
