package dev.gantry.offload.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// A file behind a channel; how the channel was opened is all that its kinds differ in.
abstract sealed class ChannelFile implements BlockFile permits DirectFile, BufferedFile {
    /// A buffer of Java holds less than 2 GiB.
    private static final long MOST_BYTES_AT_ONCE = 1L << 30;

    private final Path path;
    private final FileChannel channel;

    ChannelFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static Set<OpenOption> options(Use use, OpenOption... more) {
        Set<OpenOption> options = new HashSet<>(Arrays.asList(more));
        options.add(StandardOpenOption.READ);
        switch (use) {
            case READ -> {}
            case WRITE -> options.addAll(Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE));
            case SCRATCH ->
                options.addAll(Set.of(
                        StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.DELETE_ON_CLOSE));
        }
        return options;
    }

    @Override
    public final Path path() {
        return path;
    }

    @Override
    public final long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw IoFault.read(this, 0, 0, e);
        }
    }

    @Override
    public final int readSome(long offset, MemorySegment into) throws IOException {
        return channel.read(portion(into).asByteBuffer(), offset);
    }

    @Override
    public final int writeSome(long offset, MemorySegment from) throws IOException {
        return channel.write(portion(from).asByteBuffer(), offset);
    }

    private static MemorySegment portion(MemorySegment all) {
        return all.byteSize() <= MOST_BYTES_AT_ONCE ? all : all.asSlice(0, MOST_BYTES_AT_ONCE);
    }

    @Override
    public final void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw IoFault.force(this, e);
        }
    }

    @Override
    public final void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw IoFault.force(this, e);
        }
    }

    @Override
    public String toString() {
        return path + " (" + access().words() + ")";
    }
}
