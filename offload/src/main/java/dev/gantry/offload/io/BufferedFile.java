package dev.gantry.offload.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A file that goes through the page cache, for file systems without direct I/O.
public final class BufferedFile extends ChannelFile {
    private BufferedFile(Path path, FileChannel channel) {
        super(path, channel);
    }

    public static BufferedFile open(Path path, Use use) throws IOException {
        return new BufferedFile(path, FileChannel.open(path, options(use)));
    }

    @Override
    public Access access() {
        return Access.PAGE_CACHE;
    }
}
