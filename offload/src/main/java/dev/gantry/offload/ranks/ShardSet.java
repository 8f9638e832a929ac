package dev.gantry.offload.ranks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of one checkpoint that ranks have saved, to be read by as many other ranks as one likes.
final class ShardSet implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("rank-\\d+-of-\\d+\\.shard");

    private final Path folder;
    private final List<ShardFile> files = new ArrayList<>();
    private final Map<ShardEntry.Key, List<Place>> places = new HashMap<>();

    /// Where some of the elements lie.
    private record Place(ShardFile file, ShardHeader.Item item) {}

    private ShardSet(Path folder) {
        this.folder = folder;
    }

    /// Where a rank saves its part.
    static Path file(Path folder, int rank, int ranks) {
        return folder.resolve("rank-" + rank + "-of-" + ranks + ".shard");
    }

    /// @throws dev.gantry.engine.GantryException when the folder holds parts already
    static void requireFree(Path folder) {
        if (!parts(folder).isEmpty()) {
            throw ShardFault.occupied(folder);
        }
    }

    private static List<Path> parts(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(path ->
                            NAME.matcher(String.valueOf(path.getFileName())).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw ShardFault.unusable(folder, e);
        }
    }

    /// @throws dev.gantry.engine.GantryException when parts are missing, damaged or of different checkpoints
    static ShardSet open(Path folder) {
        ShardSet set = new ShardSet(folder);
        boolean complete = false;
        try {
            for (Path part : parts(folder)) {
                set.add(ShardFile.open(part));
            }
            set.requireComplete();
            complete = true;
            return set;
        } catch (IOException e) {
            throw ShardFault.unusable(folder, e);
        } finally {
            if (!complete) {
                set.close();
            }
        }
    }

    private void add(ShardFile file) {
        files.add(file);
        for (ShardHeader.Item item : file.header().items()) {
            places.computeIfAbsent(item.key(), key -> new ArrayList<>()).add(new Place(file, item));
        }
    }

    private void requireComplete() {
        if (files.isEmpty()) {
            throw ShardFault.incomplete(folder, "it holds no part of a checkpoint of ranks");
        }
        ShardHeader first = files.getFirst().header();
        Set<Integer> ranks = new HashSet<>();
        for (ShardFile file : files) {
            ShardHeader header = file.header();
            if (header.step() != first.step() || header.ranks() != first.ranks()) {
                throw ShardFault.incomplete(
                        folder,
                        "it holds parts of two checkpoints: of step " + first.step() + " from " + first.ranks()
                                + " ranks, and of step " + header.step() + " from " + header.ranks());
            }
            ranks.add(header.rank());
        }
        if (ranks.size() != first.ranks()) {
            throw ShardFault.incomplete(
                    folder, "of " + first.ranks() + " parts " + (first.ranks() - ranks.size()) + " are missing");
        }
    }

    /// Optimizer steps taken when it was saved.
    long step() {
        return files.getFirst().header().step();
    }

    /// Fills what one rank holds; others may read at the same time from a set of their own.
    ///
    /// @throws dev.gantry.engine.GantryException when elements are missing or damaged
    void readInto(List<ShardEntry> entries) {
        for (ShardEntry entry : entries) {
            long read = 0;
            for (Place place : places.getOrDefault(entry.key(), List.of())) {
                read += place.file().readInto(place.item(), entry);
            }
            if (read != entry.count()) {
                throw ShardFault.incomplete(
                        folder, "of " + entry.count() + " elements of " + entry.key() + " only " + read + " are there");
            }
        }
    }

    /// @param everything the job has, with the number of elements
    /// @throws dev.gantry.engine.GantryException when the checkpoint holds anything else
    void requireSame(Map<ShardEntry.Key, Long> everything) {
        everything.forEach((key, elements) -> {
            List<Place> there = places.get(key);
            if (there == null) {
                throw ShardFault.otherJob(folder, "it has no " + key);
            }
            long saved = there.getFirst().item().tensorElements();
            if (saved != elements) {
                throw ShardFault.otherJob(
                        folder, key + " has " + saved + " elements in it, " + elements + " are needed");
            }
        });
        for (ShardEntry.Key key : places.keySet()) {
            if (!everything.containsKey(key)) {
                throw ShardFault.otherJob(folder, "it has " + key + ", which is not trained here");
            }
        }
    }

    @Override
    public void close() {
        files.forEach(ShardFile::close);
    }
}
