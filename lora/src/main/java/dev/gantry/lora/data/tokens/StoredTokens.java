package dev.gantry.lora.data.tokens;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The open tokens of a data file and what the pass that made them found.
///
/// @param deleteOnClose the file to delete with it, null when it stays
public record StoredTokens(
        TokenFile file,
        EncodedScan scan,
        CacheUse use,
        @Nullable Path deleteOnClose) implements Closeable {

    @Override
    public void close() throws IOException {
        file.close();
        if (deleteOnClose != null) {
            Files.deleteIfExists(deleteOnClose);
        }
    }
}
