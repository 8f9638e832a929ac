package dev.gantry.engine.cpu.onednn;

import dev.gantry.engine.HomeFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;

/// Puts the shared libraries that travel in the oneDNN jar where the system's loader can open them.
final class NativeLibraries {
    private static final String VERSION = "dnnl-3.11-1.5.13";
    private static final String FOLDER = "org/bytedeco/dnnl/linux-x86_64/";
    static final String ONEDNN = "libdnnl.so.3";
    static final String OPENMP = "libgomp.so.1";

    private NativeLibraries() {}

    /// The folder with {@link #ONEDNN} and {@link #OPENMP}, unpacked at first use.
    ///
    /// @throws OneDnnUnavailableException when this machine or installation has none
    static Path unpacked() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!os.startsWith("linux") || !(machine.equals("amd64") || machine.equals("x86_64"))) {
            throw new OneDnnUnavailableException("no oneDNN build is bundled for " + os + " " + machine);
        }
        Path folder = HomeFolder.current().resolve("cache").resolve("native").resolve(VERSION);
        try {
            Files.createDirectories(folder);
            unpack(OPENMP, folder);
            unpack(ONEDNN, folder);
        } catch (IOException e) {
            throw new OneDnnUnavailableException("the oneDNN libraries could not be unpacked into " + folder, e);
        }
        return folder;
    }

    /// Files appear whole or not at all, so that two programs may start at once.
    private static void unpack(String name, Path folder) throws IOException {
        ClassLoader loader =
                Objects.requireNonNullElse(NativeLibraries.class.getClassLoader(), ClassLoader.getSystemClassLoader());
        var resource = loader.getResource(FOLDER + name);
        if (resource == null) {
            throw new OneDnnUnavailableException("the jar with " + name + " is not on the class path");
        }
        var connection = resource.openConnection();
        Path target = folder.resolve(name);
        if (Files.exists(target) && Files.size(target) == connection.getContentLengthLong()) {
            return;
        }
        Path partial = Files.createTempFile(folder, name, ".partial");
        try (InputStream in = connection.getInputStream()) {
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
