package dev.gantry.offload.trainable;

import dev.gantry.engine.GantryException;
import dev.gantry.offload.Tier;
import dev.gantry.offload.io.BlockFile;
import dev.gantry.offload.io.IoQueue;
import dev.gantry.offload.io.ScratchFile;
import dev.gantry.offload.state.RecordPipeline;
import dev.gantry.offload.state.StateFile;
import dev.gantry.offload.state.StateLayout;
import dev.gantry.offload.trainable.OffloadedStep.Room;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
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

        /// Sets room aside for values that nobody needs after the process.
        default BlockFile scratch(Path folder, long bytes) throws IOException {
            return ScratchFile.create(folder, bytes);
        }
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
    static @Nullable StateLayout stateLayout(
            RecordLayout layout, TrainablePlan plan, Kind kind, int arrays, String owner) {
        int[] records = records(layout, plan, kind);
        return records.length == 0
                ? null
                : new StateLayout(records.length, arrays, layout.elements(), fingerprint(layout, kind, records, owner));
    }

    /// What the values in a file belong to: the same tensors in the same records of the same owner.
    private static String fingerprint(RecordLayout layout, Kind kind, int[] records, String owner) {
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
            return "%s of %s %s"
                    .formatted(
                            kind.name().toLowerCase(Locale.ROOT),
                            owner,
                            HexFormat.of().formatHex(digest, 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @return null when nothing of this kind lives on disk
    @Nullable
    DiskRecords open(Kind kind, int arrays, Room room, Origin origin, Opener opener) {
        StateLayout states = stateLayout(layout, plan, kind, arrays, room.owner());
        if (states == null) {
            return null;
        }
        Path folder = room.diskFolder();
        if (folder == null) {
            throw new IllegalArgumentException("states live on disk, but there is no folder for them");
        }
        Path path = folder.resolve(kind == Kind.MASTER ? "masters.states" : "moments.states");
        if (origin.disk() == Origin.Disk.KEPT && Files.notExists(path)) {
            throw missing(path, origin.step());
        }
        StateFile file = null;
        try {
            Files.createDirectories(folder);
            file = opener.open(path, states, origin.disk());
            RecordPipeline pipeline = new RecordPipeline(file, queue, room.host(), plan.stateBuffers());
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

    /// A file for values that nobody needs after the process.
    ///
    /// @param what they are
    /// @throws GantryException when the disk has no room
    static BlockFile scratch(Opener opener, String what, @Nullable Path folder, long bytes) {
        Path place = Objects.requireNonNull(folder, () -> what + " live on disk, but there is no folder for them");
        try {
            return opener.scratch(place, bytes);
        } catch (IOException e) {
            throw GantryException.environment(
                            "STATE-FILE-UNUSABLE",
                            "cannot keep " + what + " in " + place,
                            e.toString(),
                            "Give another disk folder, or more host memory.")
                    .causedBy(e);
        }
    }

    private static GantryException missing(Path path, long step) {
        return GantryException.badInput(
                "STATE-FILE-MISSING",
                "cannot go on from step " + step,
                "its optimizer states were kept in " + path + ", which is not there",
                "Put the file back, or start a new run from the model in the checkpoint.");
    }

    @Override
    public void close() {
        queue.close();
    }
}
