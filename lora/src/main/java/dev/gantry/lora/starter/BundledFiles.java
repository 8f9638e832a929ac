package dev.gantry.lora.starter;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;

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
            DurableFile.write(target, channel -> in.transferTo(Channels.newOutputStream(channel)));
        }
    }
}
