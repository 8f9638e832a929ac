package dev.gantry.app.instance;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.checkpoint.FileLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The right to have the window of a home open; a second start asks the first to show itself.
///
/// A lock on a file, which the system lets go of however its process ends, says whose right it is. Who comes second
/// leaves the file `window.ask` with what it was started for; the first takes it away when it has shown itself. Nothing
/// listens anywhere: only
/// who may write into the home can ask.
public final class OneWindow implements AutoCloseable {
    /// How long the first may take to answer.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(OneWindow.class.getName());
    private static final String LOCK = "window.lock";
    private static final String PID = "window.pid";
    private static final String ASK = "window.ask";
    private static final String END = "\n";
    private static final long LOOK_NANOS = 200_000_000L;
    private static final long RETRY_NANOS = 25_000_000L;

    private final FileChannel channel;
    private final Path ask;
    private volatile boolean closed;

    private OneWindow(FileChannel channel, Path ask) {
        this.channel = channel;
        this.ask = ask;
    }

    /// Takes the right; empty when another process has it and has answered.
    ///
    /// @param wish what the other process is told, in a line; empty when it shall only show itself
    /// @throws GantryException when another process has it and does not answer for so long
    public static Optional<OneWindow> takeOrAsk(GantryHome home, Duration patience, String wish) throws IOException {
        Path folder = Files.createDirectories(home.folder());
        Path ask = folder.resolve(ASK);
        boolean asked = false;
        long start = System.nanoTime();
        while (System.nanoTime() - start < patience.toNanos()) {
            OneWindow taken = take(folder);
            if (taken != null) {
                return Optional.of(taken);
            }
            if (asked && !Files.exists(ask)) {
                return Optional.empty();
            }
            asked = asked || leave(ask, wish);
            LockSupport.parkNanos(RETRY_NANOS);
        }
        Files.deleteIfExists(ask);
        throw GantryException.environment(
                "WINDOW-SILENT",
                "cannot open a second window on " + folder,
                "another Gantry process (" + FileLocks.holder(folder.resolve(PID))
                        + ") has one open and does not answer",
                "close it, or end that process; another home is chosen with GANTRY_HOME");
    }

    private static @Nullable OneWindow take(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (FileLocks.tryLock(channel) == null) {
                channel.close();
                return null;
            }
            FileLocks.signHolder(folder.resolve(PID));
            Files.deleteIfExists(folder.resolve(ASK)); // asked of one that is no more
            return new OneWindow(channel, folder.resolve(ASK));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// @return false while a third one asks, whose answer would not serve this wish
    private static boolean leave(Path ask, String wish) throws IOException {
        try {
            Files.writeString(ask, wish + END, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException _) {
            return wish.isEmpty();
        }
    }

    /// Answers whoever asks from now on.
    ///
    /// @param show brings the window to the front and is told what is wished for, on a thread of this object
    public void answer(Consumer<String> show) {
        Thread.ofPlatform().daemon().name("gantry-second-start").start(() -> {
            while (!closed) {
                answerOnce(show);
                LockSupport.parkNanos(LOOK_NANOS);
            }
        });
    }

    private void answerOnce(Consumer<String> show) {
        try {
            String wish = Files.exists(ask) ? Files.readString(ask) : "";
            // without its end it is still being written
            if (wish.endsWith(END)) {
                show.accept(wish.substring(0, wish.length() - END.length()));
                Files.deleteIfExists(ask);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot answer a second start", e);
        }
    }

    /// Lets another process have it.
    @Override
    public void close() throws IOException {
        closed = true;
        channel.close();
    }
}
