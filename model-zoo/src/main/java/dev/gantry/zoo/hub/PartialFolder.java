package dev.gantry.zoo.hub;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.DurableFile;
import dev.gantry.zoo.checkpoint.FileLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Where the files of an unfinished download gather: `.name.downloading` beside the folder they are for.
///
/// Files under their own names are complete and checked; those that end in `.part` are not.
final class PartialFolder implements AutoCloseable {
    static final String PART = ".part";
    private static final String SUFFIX = ".downloading";
    private static final String LISTING = "download.json";
    private static final String LOCK = "download.lock";

    private final Path folder;
    private final Path target;
    private final FileChannel lockFile;

    private PartialFolder(Path folder, Path target, FileChannel lockFile) {
        this.folder = folder;
        this.target = target;
        this.lockFile = lockFile;
    }

    /// Takes the folder for one process, and throws away what it holds of another version of the model.
    static PartialFolder open(Path target, HubListing listing) throws IOException {
        Path folder = target.resolveSibling("." + target.getFileName() + SUFFIX);
        Files.createDirectories(folder);
        FileChannel lockFile = lock(folder, target);
        boolean opened = false;
        try {
            Optional<HubListing> before = listing(folder);
            if (before.isPresent() && !before.get().commit().equals(listing.commit())) {
                clear(folder);
            }
            DurableFile.write(folder.resolve(LISTING), JsonMapper.shared().writeValueAsBytes(listing));
            opened = true;
            return new PartialFolder(folder, target, lockFile);
        } finally {
            if (!opened) {
                lockFile.close();
            }
        }
    }

    private static FileChannel lock(Path folder, Path target) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (FileLocks.tryLock(channel) == null) {
            channel.close();
            throw GantryException.environment(
                    "HUB-TWICE",
                    "cannot download to " + target,
                    "a download to that folder is going on already",
                    "wait for it, or stop it first");
        }
        return channel;
    }

    /// What is being downloaded into a partial folder; empty when it cannot be told.
    static Optional<HubListing> listing(Path folder) throws IOException {
        Path file = folder.resolve(LISTING);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            HubListing read = JsonMapper.shared().readValue(Files.readAllBytes(file), HubListing.class);
            return read.files().stream().anyMatch(HubFile::leadsElsewhere) ? Optional.empty() : Optional.of(read);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /// The partial folders beside each other in `parent`.
    static List<Path> in(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(parent)) {
            return inside.filter(Files::isDirectory)
                    .filter(path -> path.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /// The folder that a partial folder becomes.
    static Path target(Path partial) {
        String name = partial.getFileName().toString();
        return partial.resolveSibling(name.substring(1, name.length() - SUFFIX.length()));
    }

    Path folder() {
        return folder;
    }

    /// Bytes of a file that are there.
    long haveBytes(HubFile file) throws IOException {
        return haveBytes(folder, file);
    }

    static long haveBytes(Path folder, HubFile file) throws IOException {
        Path whole = folder.resolve(file.path());
        Path part = folder.resolve(file.path() + PART);
        return Files.exists(whole) ? Files.size(whole) : Files.exists(part) ? Files.size(part) : 0;
    }

    /// Gives the folder its name.
    void finish() throws IOException {
        Files.delete(folder.resolve(LISTING));
        lockFile.close();
        Files.delete(folder.resolve(LOCK));
        DurableFile.forceFolder(folder);
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFile.forceFolder(target.resolveSibling("."));
    }

    /// Deletes what a download left; it holds nothing but files that the download wrote.
    static void delete(Path partial) throws IOException {
        clear(partial);
        Files.deleteIfExists(partial.resolve(LOCK));
        Files.delete(partial);
    }

    private static void clear(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> inside = Files.list(folder)) {
            inside.filter(path -> !path.getFileName().toString().equals(LOCK)).forEach(files::add);
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
