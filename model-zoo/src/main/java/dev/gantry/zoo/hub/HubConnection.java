package dev.gantry.zoo.hub;

import dev.gantry.engine.progress.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks a hub by HTTP, follows where it points, and can be stopped while it waits.
///
/// The token goes to the hub's own host only: the stores that it points to have addresses that carry their own right.
final class HubConnection implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int MOST_REDIRECTS = 6;
    private static final int LOOK_MILLIS = 100;
    private static final int REDIRECTS_FROM = 300;
    private static final int REDIRECTS_TO = 400;

    private final HubAccess access;
    private final Progress progress;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    HubConnection(HubAccess access, Progress progress) {
        this.access = access;
        this.progress = progress;
    }

    URI endpoint() {
        return access.endpoint();
    }

    boolean hasToken() {
        return !access.token().isEmpty();
    }

    /// Asks and follows.
    ///
    /// @param fromByte where to begin; 0 for all
    /// @return any answer that points nowhere else
    /// @throws IOException when the connection breaks or the answer makes no sense
    HttpResponse<BodyPieces> get(URI address, long fromByte) throws IOException {
        URI at = address;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<BodyPieces> answer = await(client.sendAsync(request(at, fromByte), info -> new BodyPieces()));
            int status = answer.statusCode();
            if (status < REDIRECTS_FROM || status >= REDIRECTS_TO) {
                return answer;
            }
            answer.body().cancel();
            URI next = at.resolve(answer.headers()
                    .firstValue("Location")
                    .orElseThrow(() -> new IOException("the hub points elsewhere and does not say where")));
            requireSafe(at, next);
            at = next;
        }
        throw new IOException("the hub points from one address to the next without an end");
    }

    private static void requireSafe(URI from, URI to) throws IOException {
        boolean encrypted = "https".equals(to.getScheme());
        if (to.getHost() == null || (!encrypted && !"http".equals(to.getScheme()))) {
            throw new IOException("the hub points to an address that is none");
        }
        if ("https".equals(from.getScheme()) && !encrypted) {
            throw new IOException("the hub points to an address that is not encrypted");
        }
    }

    private HttpRequest request(URI address, long fromByte) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(ANSWER).header("User-Agent", "gantry");
        boolean own = address.getAuthority().equals(access.endpoint().getAuthority())
                && address.getScheme().equals(access.endpoint().getScheme());
        if (own && hasToken()) {
            request.header("Authorization", "Bearer " + access.token());
        }
        if (fromByte > 0) {
            request.header("Range", "bytes=" + fromByte + "-");
        }
        return request.build();
    }

    private <T> T await(CompletableFuture<T> answer) throws IOException {
        while (true) {
            if (progress.cancelled()) {
                answer.cancel(true);
                progress.throwIfCancelled();
            }
            try {
                return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                // looks again whether it should stop
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException broken ? broken : new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
