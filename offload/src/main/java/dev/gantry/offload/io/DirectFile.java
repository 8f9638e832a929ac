package dev.gantry.offload.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;

/// A file whose bytes move between the disk and the caller's memory without a stop in the page cache.
public final class DirectFile extends ChannelFile {
    private DirectFile(Path path, FileChannel channel) {
        super(path, channel);
    }

    /// Opens and reads one block, since some file systems refuse only then.
    ///
    /// @throws UnsupportedOperationException when the file system or this Java does not do direct I/O here
    public static DirectFile open(Path path, Use use) throws IOException {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new UnsupportedOperationException("not a file of the system");
        }
        FileChannel channel = FileChannel.open(path, options(use, directOption()));
        try {
            // a scratch file has no name any more, but the folder it was made in lies on the same disk
            Path named = use == Use.SCRATCH ? path.toAbsolutePath().resolveSibling(".") : path;
            if (Files.getFileStore(named).getBlockSize() > ALIGNMENT_BYTES) {
                throw new UnsupportedOperationException("the disk's blocks are larger than " + ALIGNMENT_BYTES);
            }
            DirectFile file = new DirectFile(path, channel);
            try (Arena arena = Arena.ofConfined()) {
                file.readSome(0, arena.allocate(ALIGNMENT_BYTES, ALIGNMENT_BYTES));
            }
            return file;
        } catch (UnsupportedOperationException | IOException e) {
            channel.close();
            throw e;
        }
    }

    /// The JDK's option by name: the compiler warns of any direct use of its class.
    private static OpenOption directOption() {
        try {
            Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return Arrays.stream(options)
                    .filter(option -> option.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findAny()
                    .orElseThrow(() -> new UnsupportedOperationException("this Java has no direct I/O"));
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException("this Java has no direct I/O", e);
        }
    }

    @Override
    public Access access() {
        return Access.DIRECT;
    }
}
