package dev.gantry.lora.train;

import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The folders in which a run keeps optimizer states on disk: one for each plan that it was continued under, until the
/// newest checkpoint no longer needs it.
record StateFolders(Path run, Path root) {
    private static final String IN_THE_RUN = "states";
    private static final List<String> FILES = List.of("masters.states", "moments.states");
    private static final String OWNER = "[0-9a-f]{16}";

    /// @param diskFolder where a user wants files that memory does not hold; null for the run's own folder
    static StateFolders of(Path run, @Nullable String diskFolder) {
        Path root = diskFolder == null
                ? run.resolve(IN_THE_RUN)
                : Path.of(diskFolder).resolve(name(run));
        return new StateFolders(run, root);
    }

    /// A name that no other run's folder on this machine has.
    private static String name(Path run) {
        Path place = run.toAbsolutePath().normalize();
        CRC32C sum = new CRC32C();
        sum.update(place.toString().getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "states-of-%s-%08x", place.getFileName(), sum.getValue());
    }

    /// Letters that tell the files of one plan of one run from all others.
    static String newOwner() {
        return HexFormat.of().toHexDigits(UUID.randomUUID().getMostSignificantBits());
    }

    Path of(String owner) {
        return root.resolve(owner);
    }

    /// Deletes folders here that no checkpoint needs: of processes that were killed before their first checkpoint.
    ///
    /// @param kept owner of what the newest checkpoint needs; empty when it needs nothing
    void deleteLeftovers(String kept) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        List<Path> folders;
        try (Stream<Path> inside = Files.list(root)) {
            folders = inside.filter(path -> String.valueOf(path.getFileName()).matches(OWNER))
                    .filter(path -> !path.endsWith(kept))
                    .toList();
        }
        for (Path folder : folders) {
            delete(folder);
        }
    }

    /// Deletes what only an older checkpoint needed, once a newer one is there: after a run was continued under another
    /// plan.
    static void retire(Path run, Optional<Checkpoint> before, Checkpoint newest) throws IOException {
        Optional<KeptStates> old =
                before.isEmpty() ? Optional.empty() : KeptStates.in(before.get().folder());
        Optional<KeptStates> now = KeptStates.in(newest.folder());
        if (old.isPresent()
                && (now.isEmpty() || !now.get().owner().equals(old.get().owner()))) {
            delete(old.get().place(run));
        }
    }

    /// Deletes a folder of states; files that a run did not make there stay.
    static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        for (String file : FILES) {
            Files.deleteIfExists(folder.resolve(file));
        }
        DurableFiles.deleteIfEmpty(folder);
        Path parent = folder.getParent();
        if (parent != null) {
            DurableFiles.deleteIfEmpty(parent);
        }
    }
}
