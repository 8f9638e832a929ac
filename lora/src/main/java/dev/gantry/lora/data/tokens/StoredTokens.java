package dev.gantry.lora.data.tokens;

import java.io.Closeable;
import java.io.IOException;

/// The open tokens of a data file and what the pass that made them found.
///
/// @param afterUse closed when the file is no longer in use: gives the lease on it back, or deletes it
public record StoredTokens(TokenFile file, EncodedScan scan, CacheUse use, Closeable afterUse) implements Closeable {

    @Override
    public void close() throws IOException {
        file.close();
        afterUse.close();
    }
}
