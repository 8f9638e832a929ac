package dev.gantry.lora.train;

import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.tensors.TensorFile;
import dev.gantry.offload.ranks.RankedTraining;
import dev.gantry.offload.ranks.TrainedTensor;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// The optimizer's states that ranks hold in shares, in the file that one rank would write: put together one tensor at
/// a time.
///
/// @param tensors in the order in which one rank lists them
/// @param account where that tensor lies
record RankedStates(List<TrainedTensor> tensors, MemoryAccount account) {

    /// A state of a tensor.
    private record State(TrainedTensor tensor, String kind) {
        String name() {
            return tensor.name() + "." + kind;
        }

        TensorInfo info() {
            return new TensorInfo(name(), DType.F32, shape());
        }

        Shape shape() {
            return Shape.of(tensor.rows(), tensor.columns());
        }
    }

    private SequencedMap<String, State> states(RankedTraining training) {
        SequencedMap<String, State> states = new LinkedHashMap<>();
        for (TrainedTensor tensor : tensors) {
            for (String kind : training.stateKinds()) {
                State state = new State(tensor, kind);
                states.put(state.name(), state);
            }
        }
        return states;
    }

    void write(Path file, RankedTraining training) throws IOException {
        SequencedMap<String, State> states = states(training);
        List<TensorInfo> infos = states.values().stream().map(State::info).toList();
        long largest = infos.stream().mapToLong(TensorInfo::bytes).max().orElse(0);
        try (TensorArena arena = new TensorArena(account, "saving")) {
            MemorySegment room = arena.allocateBytes(largest);
            SafetensorsWriter.Source source = info -> {
                State state = Objects.requireNonNull(states.get(info.name()));
                Tensor whole = new Tensor(DType.F32, info.shape(), room.asSlice(0, info.bytes()));
                training.readState(state.tensor().name(), state.kind(), whole.matrix());
                return whole;
            };
            SafetensorsWriter.write(file, infos, SafetensorsWriter.PYTORCH, source);
        }
    }

    /// Deals saved states out to the ranks.
    ///
    /// @throws dev.gantry.engine.GantryException when the file does not hold exactly those of this job
    void read(Path file, RankedTraining training) {
        SequencedMap<String, State> states = states(training);
        Map<String, Shape> shapes = new HashMap<>();
        states.forEach((name, state) -> shapes.put(name, state.shape()));
        try (Checkpoint saved = SafetensorsFile.open(file)) {
            TensorFile.requireSame(shapes, saved, file);
            states.forEach((name, state) -> training.setState(
                    state.tensor().name(), state.kind(), saved.tensor(name).matrix()));
        }
    }
}
