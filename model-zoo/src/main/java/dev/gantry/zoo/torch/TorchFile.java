package dev.gantry.zoo.torch;

import dev.gantry.engine.tensor.Shape;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.zoo.checkpoint.BadFile;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.checkpoint.TensorInfo;
import dev.gantry.zoo.torch.PickleValue.Dict;
import dev.gantry.zoo.torch.PickleValue.Storage;
import dev.gantry.zoo.torch.PickleValue.TensorView;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A `pytorch_model.bin`, zip or older. Tensors are read where they lie; those that are packed, strided or misaligned
/// are copied when they are asked for.
public final class TorchFile implements Checkpoint {
    /// How much a view may be larger than its storage (an expanded one repeats elements).
    private static final long MAX_EXPANDED_BYTES = 64L << 20;

    private final Path file;
    private final Arena arena;
    private final Storages storages;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, TensorView> views = new HashMap<>();
    private final Map<String, Tensor> made = new HashMap<>();
    private final Map<String, MemorySegment> realigned = new HashMap<>();

    private TorchFile(Path file, Arena arena, MemorySegment bytes) {
        this.file = file;
        this.arena = arena;
        if (bytes.byteSize() >= 4 && bytes.get(ValueLayout.JAVA_INT_UNALIGNED, 0) == 0x04034b50) {
            ZipStorages zip = new ZipStorages(file, bytes, arena);
            this.storages = zip;
            list(zip.pickle());
        } else if (bytes.byteSize() >= 2 && bytes.get(ValueLayout.JAVA_BYTE, 0) == (byte) 0x80) {
            LegacyStorages legacy = new LegacyStorages(file, bytes);
            this.storages = legacy;
            list(legacy.pickle());
        } else {
            throw BadFile.refused(
                    "MODEL-FILE-UNKNOWN",
                    file,
                    "it was not written by torch.save",
                    "Fetch the file again; a web page or a git-lfs pointer may have been saved in its place.");
        }
    }

    /// Reads the list of tensors; runs nothing that the file asks for.
    ///
    /// @throws dev.gantry.engine.GantryException when the file is damaged or holds anything but tensors
    public static TorchFile open(Path file) {
        Arena arena = Arena.ofShared();
        boolean complete = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            TorchFile opened = new TorchFile(file, arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
            complete = true;
            return opened;
        } catch (IOException e) {
            throw BadFile.refused("FILE-UNREADABLE", file, String.valueOf(e.getMessage()), "Check that it may be read.")
                    .causedBy(e);
        } finally {
            if (!complete) {
                arena.close();
            }
        }
    }

    private void list(PickleValue pickle) {
        if (!(pickle instanceof Dict dict)) {
            throw BadFile.damaged(file, "it does not hold a dict of tensors");
        }
        dict.items().forEach((key, value) -> {
            if (!(key instanceof String name) || !(value instanceof TensorView view)) {
                throw BadFile.refused(
                        "MODEL-NOT-PLAIN",
                        file,
                        "its entry " + BadFile.shown(String.valueOf(key)) + " is no tensor",
                        "Give the weights alone (a state dict), not a training checkpoint.");
            }
            tensors.put(
                    name,
                    new TensorInfo(
                            name,
                            view.storage().dtype(),
                            Shape.of(view.size().stream()
                                    .mapToLong(Long::longValue)
                                    .toArray())));
            views.put(name, checked(name, view));
        });
    }

    private TensorView checked(String name, TensorView view) {
        long elements;
        try {
            elements = Strides.elements(view);
        } catch (ArithmeticException e) {
            throw BadFile.damaged(file, "tensor " + BadFile.shown(name) + " is impossibly large")
                    .causedBy(e);
        }
        if (elements > view.storage().viewElements()
                && elements > MAX_EXPANDED_BYTES / view.storage().dtype().bytes()) {
            throw BadFile.damaged(
                    file, "tensor " + BadFile.shown(name) + " repeats a small storage %,d times".formatted(elements));
        }
        return view;
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public synchronized Tensor tensor(String name) {
        Tensor known = made.get(name);
        if (known != null) {
            return known;
        }
        TensorView view = views.get(name);
        TensorInfo info = tensors.get(name);
        if (view == null || info == null) {
            throw new IllegalArgumentException(file + " has no tensor " + name);
        }
        Tensor tensor = new Tensor(info.dtype(), info.shape(), data(view, info));
        made.put(name, tensor);
        return tensor;
    }

    private MemorySegment data(TensorView view, TensorInfo info) {
        int elementBytes = info.dtype().bytes();
        long first = (view.storage().viewOffset() + view.offset()) * elementBytes;
        MemorySegment from = aligned(view.storage()).asSlice(info.bytes() == 0 ? 0 : first);
        if (Strides.isContiguous(view) || info.bytes() == 0) {
            return from.asSlice(0, info.bytes());
        }
        MemorySegment copy = arena.allocate(info.bytes(), 64);
        Strides.copy(view, from, copy, elementBytes);
        return copy.asReadOnly();
    }

    /// Storages are copied whole, so that tensors that share one still do.
    private MemorySegment aligned(Storage storage) {
        MemorySegment bytes = storages.bytes(storage);
        if (bytes.address() % storage.dtype().bytes() == 0) {
            return bytes;
        }
        return realigned.computeIfAbsent(
                storage.key(),
                key -> arena.allocate(bytes.byteSize(), 64).copyFrom(bytes).asReadOnly());
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    @Override
    public void close() {
        arena.close();
    }
}
