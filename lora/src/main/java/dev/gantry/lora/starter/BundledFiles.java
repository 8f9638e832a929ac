package dev.gantry.lora.starter;

import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Copies files that come inside the program to where other parts can open them.
final class BundledFiles {

    private BundledFiles() {}

    /// Copies `resource` to `target`, which appears whole or not at all.
    static void copy(String resource, Path target) throws IOException {
        try (InputStream in = BundledFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw GantryException.environment(
                        "STARTER-FILE-MISSING",
                        "cannot write " + target,
                        resource + " is not in this build of the program",
                        "Install the program again, or make the file anew as the recipe beside it says.");
            }
            Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                OutputStream out = Channels.newOutputStream(channel);
                in.transferTo(out);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
