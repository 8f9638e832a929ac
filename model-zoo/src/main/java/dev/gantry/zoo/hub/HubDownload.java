package dev.gantry.zoo.hub;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import dev.gantry.engine.progress.ProgressUnit;
import dev.gantry.zoo.family.Families;
import dev.gantry.zoo.family.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// Brings a model to this machine: whole and checked, or not under its name at all.
///
/// Files gather in a folder beside the target. A stop, a broken connection or a killed process leaves them there, and
/// the next download of the same model goes on where it ended.
public final class HubDownload {
    private static final long SPARE_BYTES = 64L << 20;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final HubClient client;
    private final Progress progress;
    private final Duration firstPause;

    public HubDownload(HubClient client, Progress progress) {
        this(client, progress, FIRST_PAUSE);
    }

    /// @param firstPause how long to wait after a broken connection; the next one waits twice as long
    HubDownload(HubClient client, Progress progress, Duration firstPause) {
        this.client = client;
        this.progress = progress;
        this.firstPause = firstPause;
    }

    /// Downloads what Gantry can use of a model, or goes on with it.
    ///
    /// @param target a folder that does not exist yet
    /// @throws GantryException when it cannot be had, does not fit the disk, is no model that Gantry knows, or was
    ///     stopped; what was downloaded is kept then
    public Path run(HubListing listing, Path target) throws IOException {
        Path folder = target.toAbsolutePath().normalize();
        requireUsable(listing, folder);
        Files.createDirectories(folder.resolveSibling("."));
        try (PartialFolder partial = PartialFolder.open(folder, listing)) {
            List<HubFile> files = listing.chosen().stream()
                    .sorted(Comparator.comparing(HubFile::holdsWeights).thenComparingLong(HubFile::bytes))
                    .toList();
            requireSpace(listing, files, partial);
            try (ProgressTask task = progress.start("downloading", listing.bytes(), ProgressUnit.BYTES)) {
                FileDownload download = new FileDownload(client, listing, progress, task, firstPause);
                boolean known = false;
                long done = 0;
                for (HubFile file : files) {
                    if (!known && file.holdsWeights()) {
                        requireKnown(partial);
                        known = true;
                    }
                    download.fetch(file, partial.folder(), done);
                    done += file.bytes();
                    task.update(done);
                }
            }
            requireKnown(partial);
            partial.finish();
        }
        return folder;
    }

    private static boolean hasSettings(PartialFolder partial) {
        return Files.exists(partial.folder().resolve("config.json"));
    }

    /// Says early that a model is of an unknown kind, before its weights are fetched.
    private static void requireKnown(PartialFolder partial) throws IOException {
        if (hasSettings(partial)) {
            Families.of(ModelConfig.read(partial.folder().resolve("config.json")));
        }
    }

    private static void requireUsable(HubListing listing, Path folder) {
        if (Files.exists(folder)) {
            throw GantryException.usage(
                    "HUB-TARGET-EXISTS",
                    "cannot download to " + folder,
                    "there is something of that name already",
                    "give a folder that does not exist yet, or add that one");
        }
        List<String> names = listing.chosen().stream().map(HubFile::path).toList();
        boolean settings = names.contains("config.json") || names.contains("adapter_config.json");
        boolean weights = listing.chosen().stream().anyMatch(HubFile::holdsWeights);
        if (!settings || !weights) {
            throw GantryException.badInput(
                    "HUB-NO-MODEL",
                    "cannot download " + listing.repo().name(),
                    settings
                            ? "it has no weights as safetensors or PyTorch files"
                            : "it has no config.json, so it is no model in the layout of Transformers",
                    "look on its page for the original model; files such as GGUF alone cannot be used");
        }
    }

    private static void requireSpace(HubListing listing, List<HubFile> files, PartialFolder partial)
            throws IOException {
        long missing = listing.bytes();
        for (HubFile file : files) {
            missing -= Math.min(file.bytes(), partial.haveBytes(file));
        }
        long free = Files.getFileStore(partial.folder()).getUsableSpace();
        if (free < missing + SPARE_BYTES) {
            throw GantryException.environment(
                    "DISK-FULL",
                    "cannot download " + listing.repo().name(),
                    "%,d bytes are missing and only %,d are free".formatted(missing, free),
                    "make room, or choose a folder on another disk; what was downloaded is kept");
        }
    }
}
