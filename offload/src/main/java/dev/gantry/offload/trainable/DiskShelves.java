package dev.gantry.offload.trainable;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.state.RecordPipeline;
import dev.gantry.offload.state.StateFile;
import dev.gantry.offload.state.StateLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes the files of states that live on disk, one for each kind: `masters.states` and `moments.states`.
final class DiskShelves implements AutoCloseable {
    private final RecordLayout layout;
    private final TrainablePlan plan;
    private final IoQueue queue = new IoQueue("gantry-states");

    /// Opens the file of a kind, in tests one that fails.
    @FunctionalInterface
    interface Opener {
        StateFile open(Path path, StateLayout layout, Origin.Disk disk) throws IOException;

        /// In the file system.
        Opener IN_FILES = (path, layout, disk) -> switch (disk) {
            case WRITTEN -> StateFile.create(path, layout);
            case KEPT -> StateFile.open(path, layout);
        };
    }

    DiskShelves(RecordLayout layout, TrainablePlan plan) {
        this.layout = layout;
        this.plan = plan;
    }

    /// Records of a kind that live on disk, in the order of updates.
    static int[] records(RecordLayout layout, TrainablePlan plan, Kind kind) {
        return IntStream.of(layout.order())
                .filter(record -> plan.home(kind, record) == Tier.DISK)
                .toArray();
    }

    /// The file's layout, or null when nothing of this kind lives on disk.
    static @Nullable StateLayout stateLayout(RecordLayout layout, TrainablePlan plan, Kind kind, int arrays) {
        int[] records = records(layout, plan, kind);
        return records.length == 0
                ? null
                : new StateLayout(records.length, arrays, layout.elements(), fingerprint(layout, kind, records));
    }

    /// What the values in a file belong to: the same tensors in the same records.
    private static String fingerprint(RecordLayout layout, Kind kind, int[] records) {
        StringBuilder words = new StringBuilder();
        layout.model()
                .tensors()
                .forEach(tensor -> words.append(tensor.id())
                        .append(' ')
                        .append(tensor.shape())
                        .append('\n'));
        for (int record : records) {
            words.append(record).append(' ');
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(words.toString().getBytes(StandardCharsets.UTF_8));
            return kind.name().toLowerCase(Locale.ROOT) + " " + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param folder where the file is or will be
    /// @return null when nothing of this kind lives on disk
    @Nullable
    DiskRecords open(Kind kind, int arrays, @Nullable Path folder, MemoryAccount host, Origin origin, Opener opener) {
        StateLayout states = stateLayout(layout, plan, kind, arrays);
        if (states == null) {
            return null;
        }
        if (folder == null) {
            throw new IllegalArgumentException("states live on disk, but there is no folder for them");
        }
        Path path = folder.resolve(kind == Kind.MASTER ? "masters.states" : "moments.states");
        StateFile file = null;
        try {
            Files.createDirectories(folder);
            file = opener.open(path, states, origin.disk());
            RecordPipeline pipeline = new RecordPipeline(file, queue, host, plan.stateBuffers());
            DiskRecords opened = new DiskRecords(file, pipeline, records(layout, plan, kind));
            file = null;
            return opened;
        } catch (IOException e) {
            throw GantryException.environment(
                            "STATE-FILE-UNUSABLE",
                            "cannot keep optimizer states in " + path,
                            e.toString(),
                            "Give another disk folder, or more host memory.")
                    .causedBy(e);
        } finally {
            if (file != null) {
                file.close();
            }
        }
    }

    @Override
    public void close() {
        queue.close();
    }
}
