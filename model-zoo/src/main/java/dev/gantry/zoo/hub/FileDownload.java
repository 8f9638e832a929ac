package dev.gantry.zoo.hub;

import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.progress.ProgressTask;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Fetches one file after the other: goes on where a connection broke, and checks the bytes before it gives a file its
/// name.
final class FileDownload {
    private static final int MOST_BREAKS = 6;
    private static final int LOOK_MILLIS = 50;
    private static final int WHOLE = 200;
    private static final int REST = 206;
    private static final int NO_SUCH_RANGE = 416;
    private static final int SERVER_ERRORS = 500;

    private final HubClient client;
    private final HubListing listing;
    private final Progress progress;
    private final ProgressTask task;
    private final Duration firstPause;

    FileDownload(HubClient client, HubListing listing, Progress progress, ProgressTask task, Duration firstPause) {
        this.client = client;
        this.listing = listing;
        this.progress = progress;
        this.task = task;
        this.firstPause = firstPause;
    }

    /// @param before bytes of the files that were fetched earlier
    void fetch(HubFile file, Path folder, long before) throws IOException {
        Path whole = folder.resolve(file.path());
        if (Files.exists(whole)) {
            return; // it got its name after it was checked
        }
        task.note(file.path());
        Path part = folder.resolve(file.path() + PartialFolder.PART);
        receive(file, part, before);
        if (!isRight(file, part)) {
            // perhaps only what was kept of an earlier try was wrong
            Files.delete(part);
            receive(file, part, before);
            if (!isRight(file, part)) {
                Files.delete(part);
                throw HubErrors.wrongBytes(
                        listing.repo(), file, "its bytes are not those whose checksum the hub gives, twice in a row");
            }
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean isRight(HubFile file, Path part) throws IOException {
        task.note("checking " + file.path());
        return Files.size(part) == file.bytes() && FileChecksum.matches(file, part, progress);
    }

    /// Asks until all bytes are there; gives up when the connection breaks again and again without a single new byte.
    private void receive(HubFile file, Path part, long before) throws IOException {
        int breaks = 0;
        while (true) {
            long have = Files.exists(part) ? Files.size(part) : 0;
            if (have > file.bytes()) {
                Files.delete(part);
                have = 0;
            }
            task.update(before + have);
            if (have == file.bytes() && Files.exists(part)) {
                return;
            }
            try {
                receive(file, part, have, before);
            } catch (IOException e) {
                long now = Files.exists(part) ? Files.size(part) : 0;
                breaks = now > have ? 1 : breaks + 1;
                if (breaks > MOST_BREAKS) {
                    throw HubErrors.cutTooOften(listing.repo(), file, now, e);
                }
                pause(firstPause.multipliedBy(1L << (breaks - 1)));
            }
        }
    }

    private void receive(HubFile file, Path part, long have, long before) throws IOException {
        HttpResponse<BodyPieces> answer = client.open(listing, file, have);
        int status = answer.statusCode();
        if (status == NO_SUCH_RANGE || (status == REST && !beginsAt(answer, have))) {
            answer.body().cancel();
            Files.deleteIfExists(part);
            throw new IOException("the hub sent another part of the file than was asked for");
        }
        if (status >= SERVER_ERRORS) {
            answer.body().cancel();
            throw new IOException("the hub answered with status " + status);
        }
        client.requireStatus(listing.repo(), file.path(), answer, WHOLE, REST);
        long at = status == REST ? have : 0;
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(at);
            out.position(at);
            write(file, answer.body(), out, before);
            out.force(true);
        }
    }

    private static boolean beginsAt(HttpResponse<BodyPieces> answer, long have) {
        return answer.headers()
                .firstValue("Content-Range")
                .filter(range -> range.startsWith("bytes " + have + "-"))
                .isPresent();
    }

    private void write(HubFile file, BodyPieces body, FileChannel out, long before) throws IOException {
        for (Optional<List<ByteBuffer>> piece = client.next(body); piece.isPresent(); piece = client.next(body)) {
            for (ByteBuffer buffer : piece.get()) {
                if (out.position() + buffer.remaining() > file.bytes()) {
                    body.cancel();
                    out.truncate(0);
                    throw HubErrors.wrongBytes(
                            listing.repo(),
                            file,
                            "more bytes came than the %,d that the hub's list gives it".formatted(file.bytes()));
                }
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            task.update(before + out.position());
            if (progress.cancelled()) {
                body.cancel();
                progress.throwIfCancelled();
            }
        }
        if (out.position() < file.bytes()) {
            throw new IOException("the file ended early");
        }
    }

    private void pause(Duration time) throws IOException {
        try {
            for (long waited = 0; waited < time.toMillis(); waited += LOOK_MILLIS) {
                progress.throwIfCancelled();
                Thread.sleep(Math.min(LOOK_MILLIS, time.toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
