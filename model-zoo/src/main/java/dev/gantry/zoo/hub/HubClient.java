package dev.gantry.zoo.hub;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Asks a hub what a model consists of, and for its files.
public final class HubClient implements AutoCloseable {
    private static final long MAX_LISTING_BYTES = 32L << 20;
    private static final Duration STALLED = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final HubConnection connection;
    private final Progress progress;

    public HubClient(HubAccess access, Progress progress) {
        this.connection = new HubConnection(access, progress);
        this.progress = progress;
    }

    /// The files of a model at a revision.
    ///
    /// @param revision a branch, a tag or a commit; `main` for the newest
    /// @throws GantryException when the hub cannot be reached, knows no such model, or does not give it away
    public HubListing list(RepoId repo, String revision) {
        URI address = connection
                .endpoint()
                .resolve("/api/models/" + repo.name() + "/revision/" + encoded(revision) + "?blobs=true");
        try {
            HttpResponse<BodyPieces> answer = connection.get(address, 0);
            requireStatus(repo, "", answer, 200);
            return ListingJson.read(repo, revision, text(repo, answer.body()));
        } catch (IOException e) {
            throw HubErrors.unreachable(address, e);
        }
    }

    /// A file from a byte on.
    ///
    /// @return status 200 for the whole file, or 206 for the rest of it
    HttpResponse<BodyPieces> open(HubListing listing, HubFile file, long fromByte) throws IOException {
        StringBuilder path = new StringBuilder("/" + listing.repo().name() + "/resolve/" + encoded(listing.commit()));
        for (String part : file.path().split("/", -1)) {
            path.append('/').append(encoded(part));
        }
        return connection.get(connection.endpoint().resolve(path.toString()), fromByte);
    }

    /// @throws GantryException when the status is none of those expected
    void requireStatus(RepoId repo, String file, HttpResponse<BodyPieces> answer, int... expected) {
        for (int status : expected) {
            if (answer.statusCode() == status) {
                return;
            }
        }
        answer.body().cancel();
        throw HubErrors.refused(
                repo,
                file,
                answer.statusCode(),
                answer.headers().firstValue("X-Error-Code").orElse(""),
                connection.hasToken());
    }

    /// The next piece of a body; empty at its end.
    ///
    /// @throws IOException when the connection breaks or nothing comes for half a minute
    Optional<List<ByteBuffer>> next(BodyPieces body) throws IOException {
        for (long waited = 0; waited < STALLED.toMillis(); waited += LOOK.toMillis()) {
            Optional<List<ByteBuffer>> piece = body.next(LOOK);
            if (piece.isPresent() || body.hasEnded()) {
                return piece;
            }
            if (progress.cancelled()) {
                body.cancel();
                progress.throwIfCancelled();
            }
        }
        body.cancel();
        throw new IOException("nothing came for " + STALLED.toSeconds() + " seconds");
    }

    private String text(RepoId repo, BodyPieces body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Optional<List<ByteBuffer>> piece = next(body); piece.isPresent(); piece = next(body)) {
            for (ByteBuffer buffer : piece.get()) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.write(part);
            }
            if (bytes.size() > MAX_LISTING_BYTES) {
                body.cancel();
                throw HubErrors.damaged(repo, "it is larger than any list of files");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        connection.close();
    }
}
