package dev.gantry.offload.frozen;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A small random decoder, in memory and in two checkpoint files where nothing is aligned.
///
/// @param inMemory the truth
/// @param inFiles the same model, whose blocks can be had from the files alone: in memory they are made of NaNs
record StoredDecoder(DecoderModel inMemory, StoredModel inFiles, List<Path> files) {
    static final byte NAN = (byte) 0xff;

    static StoredDecoder random(
            Backend backend, DecoderSpec spec, DType stored, long seed, Path folder, TensorArena arena)
            throws IOException {
        DecoderModel f32 = TinyDecoders.random(spec, new Random(seed), arena);
        Map<ParameterId, Tensor> truth = new HashMap<>();
        f32.parameters().forEach((id, tensor) -> {
            Tensor converted = arena.allocate(stored, tensor.shape().toArray());
            backend.elements().copy(tensor.matrix(), converted.matrix());
            truth.put(id, converted);
        });
        DecoderModel inMemory = new DecoderModel(spec, truth);
        List<Path> files = List.of(folder.resolve("model-1.bin"), folder.resolve("model-2.bin"));
        Map<ParameterId, StoredPlace> places = write(inMemory, files);
        Map<ParameterId, Tensor> poisoned = new HashMap<>(truth);
        for (int layer = 0; layer < spec.layers(); layer++) {
            for (ParameterSpec parameter : DecoderParameters.ofLayer(spec, layer)) {
                Tensor nans = arena.allocate(stored, parameter.shape().toArray());
                nans.data().fill(NAN);
                poisoned.put(parameter.id(), nans);
            }
        }
        return new StoredDecoder(inMemory, new StoredModel(new DecoderModel(spec, poisoned), places), files);
    }

    /// Even blocks in one file, odd ones in the other, in no order and with gaps here and there.
    private static Map<ParameterId, StoredPlace> write(DecoderModel model, List<Path> files) throws IOException {
        Map<ParameterId, StoredPlace> places = new HashMap<>();
        long[] ends = {8 + 137, 8 + 2 * 4096 + 1};
        for (Path file : files) {
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    .close();
        }
        List<ParameterSpec> parameters = new ArrayList<>(DecoderParameters.of(model.spec()));
        Collections.shuffle(parameters, new Random(parameters.size()));
        int gap = 0;
        for (ParameterSpec parameter : parameters) {
            ParameterId id = parameter.id();
            int file = id.layer() & 1;
            byte[] bytes = model.parameter(id).data().toArray(ValueLayout.JAVA_BYTE);
            try (FileChannel channel = FileChannel.open(files.get(file), StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(bytes), ends[file]);
            }
            places.put(id, new StoredPlace(files.get(file), ends[file]));
            gap = (gap * 7 + 5) % 64;
            ends[file] += bytes.length + (gap < 20 ? gap : 0);
        }
        return places;
    }
}
