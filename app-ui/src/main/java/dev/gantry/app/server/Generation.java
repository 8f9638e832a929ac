package dev.gantry.app.server;

import dev.gantry.app.server.Replies.Choice;
import dev.gantry.app.server.Replies.Completion;
import dev.gantry.app.server.Replies.Delta;
import dev.gantry.app.server.Replies.DeltaChoice;
import dev.gantry.app.server.Replies.Head;
import dev.gantry.app.server.Replies.Message;
import dev.gantry.app.server.Replies.MessageChoice;
import dev.gantry.app.server.Replies.TextChoice;
import dev.gantry.app.server.Replies.Usage;
import dev.gantry.zoo.generate.Answer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Answers one request for text, whole or piece by piece.
final class Generation {
    private static final long SIGN_OF_LIFE_NANOS = 1_000_000_000L;

    private final Exchange exchange;
    private final GenerationRequest request;
    private final Shape shape;
    private final Head head;
    private final BooleanSupplier closing;
    private @Nullable IOException gone;
    private long lastSign = System.nanoTime();

    /// How a kind of request is answered.
    private enum Shape {
        CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk"),
        TEXT("cmpl-", "text_completion", "text_completion");

        private final String prefix;
        private final String whole;
        private final String piece;

        Shape(String prefix, String whole, String piece) {
            this.prefix = prefix;
            this.whole = whole;
            this.piece = piece;
        }

        Choice whole(String text, String reason) {
            return switch (this) {
                case CHAT -> new MessageChoice(0, new Message("assistant", text, null), null, reason);
                case TEXT -> new TextChoice(0, text, null, reason);
            };
        }

        Choice piece(@Nullable String text, @Nullable String reason) {
            return switch (this) {
                case CHAT -> new DeltaChoice(0, new Delta(null, text), null, reason);
                case TEXT -> new TextChoice(0, text == null ? "" : text, null, reason);
            };
        }
    }

    /// @param closing whether the server is about to end
    Generation(Exchange exchange, GenerationRequest request, BooleanSupplier closing) {
        this.exchange = exchange;
        this.request = request;
        this.shape = request.input() instanceof GenerationRequest.Conversation ? Shape.CHAT : Shape.TEXT;
        this.head = new Head(
                shape.prefix + UUID.randomUUID().toString().replace("-", ""),
                Instant.now().getEpochSecond(),
                request.model());
        this.closing = closing;
    }

    /// Sends the answer; ends early when the client goes.
    ///
    /// @throws ApiException before anything was sent
    /// @throws IOException when the client is gone
    Answer answer(ServedModel model) throws IOException {
        Answer answer = model.answer(request, request.stream() ? this::stream : this::wait);
        if (gone != null) {
            throw gone;
        }
        if (closing.getAsBoolean()) {
            throw ApiException.refused(ApiException.CLOSING, "closing", "the server was stopped");
        }
        String reason = switch (answer.ending()) {
            case END_OF_TEXT, STOPPED -> "stop";
            case LENGTH, CONTEXT_FULL -> "length";
        };
        Usage usage = Usage.of(answer.promptTokens(), answer.ids().length);
        if (request.stream()) {
            beginStream();
            exchange.event(piece(List.of(shape.piece(null, reason)), null));
            if (request.includeUsage()) {
                exchange.event(piece(List.of(), usage));
            }
            exchange.done();
        } else {
            exchange.reply(200, new Completion(head, shape.whole, List.of(shape.whole(answer.text(), reason)), usage));
        }
        return answer;
    }

    private Completion piece(List<Choice> choices, @Nullable Usage usage) {
        return new Completion(head, shape.piece, choices, usage);
    }

    /// A chat's stream begins by saying who speaks.
    private void beginStream() throws IOException {
        if (exchange.hasBegun()) {
            return;
        }
        exchange.beginEvents();
        if (shape == Shape.CHAT) {
            exchange.event(piece(List.of(new DeltaChoice(0, new Delta("assistant", ""), null, null)), null));
        }
    }

    private boolean stream(String text) {
        return send(() -> {
            beginStream();
            exchange.event(piece(List.of(shape.piece(text, null)), null));
        });
    }

    private boolean wait(String text) {
        if (System.nanoTime() - lastSign < SIGN_OF_LIFE_NANOS) {
            return !closing.getAsBoolean();
        }
        lastSign = System.nanoTime();
        return send(exchange::keepWaiting);
    }

    private interface Sending {
        void send() throws IOException;
    }

    private boolean send(Sending sending) {
        try {
            sending.send();
            return !closing.getAsBoolean();
        } catch (IOException e) {
            gone = e;
            return false;
        }
    }
}
