package dev.gantry.lora.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Puts this process's mark into a run's folder and renews its time until closed.
final class Heartbeat implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

    private final Path run;
    private final Path mark;
    private final TrainerMark self = TrainerMark.ofThisProcess();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Heartbeat(Path run) {
        this.run = run;
        this.mark = run.resolve(TrainerMark.FILE_NAME);
    }

    static Heartbeat start(Path run) throws IOException {
        Heartbeat heartbeat = new Heartbeat(run);
        DurableFiles.write(heartbeat.mark, RunJson.LINES.writeValueAsString(TrainerMark.ofThisProcess()) + "\n");
        Thread thread = new Thread(heartbeat::beat, "heartbeat");
        thread.setDaemon(true);
        thread.start();
        return heartbeat;
    }

    private void beat() {
        try {
            while (!ended.await(TrainerMark.HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                if (TrainerMark.read(run).filter(self::equals).isPresent()) {
                    Files.setLastModifiedTime(mark, FileTime.from(Instant.now()));
                } else {
                    self.write(run); // who started this process came later than its own mark
                }
            }
        } catch (IOException e) {
            if (ended.getCount() > 0) {
                // the folder was taken away, or its disk: the next checkpoint says so with a better reason
                LOG.log(System.Logger.Level.WARNING, "no heartbeat any more in " + mark, e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        ended.countDown();
        Files.deleteIfExists(mark);
    }
}
