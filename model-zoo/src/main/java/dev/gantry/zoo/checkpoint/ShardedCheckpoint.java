package dev.gantry.zoo.checkpoint;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Several files that together hold a model, as an index says.
public final class ShardedCheckpoint implements Checkpoint {
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, Checkpoint> shardOf = new LinkedHashMap<>();
    private final List<Checkpoint> shards = new ArrayList<>();
    private final Path indexFile;

    private ShardedCheckpoint(Path indexFile) {
        this.indexFile = indexFile;
    }

    /// Opens every shard that `indexFile` names.
    ///
    /// @param opener opens one shard
    public static ShardedCheckpoint open(Path indexFile, Function<Path, Checkpoint> opener) {
        ShardIndex index = ShardIndex.read(indexFile);
        ShardedCheckpoint checkpoint = new ShardedCheckpoint(indexFile);
        try {
            requireShards(index);
            for (String name : index.shards()) {
                checkpoint.add(index, name, opener.apply(indexFile.resolveSibling(name)));
            }
            for (String tensor : index.shardOf().keySet()) {
                if (!checkpoint.tensors.containsKey(tensor)) {
                    throw ShardIndex.malformed(
                            indexFile,
                            "it places tensor " + tensor + " in "
                                    + index.shardOf().get(tensor) + ", which does not hold it");
                }
            }
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /// Says which shards are missing, and how large together they should be.
    private static void requireShards(ShardIndex index) {
        List<String> missing = new ArrayList<>();
        long present = 0;
        for (String name : index.shards()) {
            Path shard = index.file().resolveSibling(name);
            if (Files.isRegularFile(shard)) {
                present += shard.toFile().length();
            } else {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            String size = index.totalBytes() < 0
                    ? "of unknown size"
                    : "about " + Math.max(0, index.totalBytes() - present) + " bytes";
            throw GantryException.badInput(
                    "MODEL-SHARD-MISSING",
                    "cannot open the model beside " + index.file(),
                    "shard " + String.join(", ", missing) + " (" + size + ") is not in the folder",
                    "Fetch the missing files into " + index.file().getParent() + ".");
        }
    }

    private void add(ShardIndex index, String name, Checkpoint shard) {
        shards.add(shard);
        shard.tensors().forEach((tensor, info) -> {
            if (!name.equals(index.shardOf().get(tensor))) {
                throw ShardIndex.malformed(
                        indexFile,
                        "shard " + name + " holds tensor " + tensor + ", which the index does not place there");
            }
            tensors.put(tensor, info);
            shardOf.put(tensor, shard);
        });
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public Tensor tensor(String name) {
        return shardOf(name).tensor(name);
    }

    @Override
    public Optional<TensorPlace> place(String name) {
        return shardOf(name).place(name);
    }

    private Checkpoint shardOf(String tensor) {
        Checkpoint shard = shardOf.get(tensor);
        if (shard == null) {
            throw new IllegalArgumentException("no shard of " + indexFile + " holds a tensor " + tensor);
        }
        return shard;
    }

    @Override
    public List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(indexFile));
        shards.forEach(shard -> files.addAll(shard.files()));
        return List.copyOf(files);
    }

    @Override
    public void close() {
        shards.forEach(Checkpoint::close);
    }
}
