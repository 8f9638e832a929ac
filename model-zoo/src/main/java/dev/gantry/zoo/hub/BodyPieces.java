package dev.gantry.zoo.hub;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer as it arrives, one piece asked for at a time, so that waiting for the next can end.
final class BodyPieces implements BodySubscriber<BodyPieces> {
    /// A piece, the end, or what broke it.
    private sealed interface Event {
        record Piece(List<ByteBuffer> buffers) implements Event {}

        record End() implements Event {}

        record Broken(Throwable cause) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<BodyPieces> ready = new CompletableFuture<>();
    private volatile Flow.@Nullable Subscription subscription;
    private boolean ended;

    @Override
    public CompletionStage<BodyPieces> getBody() {
        return ready;
    }

    @Override
    public void onSubscribe(Flow.Subscription made) {
        subscription = made;
        ready.complete(this);
        made.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        events.add(new Event.Piece(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        events.add(new Event.Broken(cause));
    }

    @Override
    public void onComplete() {
        events.add(new Event.End());
    }

    /// The next piece; empty when none came within `patience` or there are no more, which [#hasEnded] tells apart.
    Optional<List<ByteBuffer>> next(Duration patience) throws IOException {
        try {
            Event event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                return Optional.empty();
            }
            return switch (event) {
                case Event.Piece(var buffers) -> {
                    Flow.Subscription open = subscription;
                    if (open != null) {
                        open.request(1);
                    }
                    yield Optional.of(buffers);
                }
                case Event.End() -> {
                    ended = true;
                    yield Optional.empty();
                }
                case Event.Broken(var cause) ->
                    throw cause instanceof IOException broken ? broken : new IOException(cause);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /// Lets go of the connection.
    void cancel() {
        Flow.Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
    }
}
