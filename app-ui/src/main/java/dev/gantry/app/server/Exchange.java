package dev.gantry.app.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// One request and its answer in JSON, whole or as a stream of events.
final class Exchange {
    /// A conversation that fills any context, and no more.
    static final int MOST_BYTES = 4 << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final HttpExchange http;
    private boolean begun;
    private boolean events;

    Exchange(HttpExchange http) {
        this.http = http;
        http.getResponseHeaders().set("X-Request-Id", UUID.randomUUID().toString());
    }

    /// The request's body.
    ///
    /// @throws ApiException when it is too long, or no JSON
    JsonNode body() throws IOException {
        String type = http.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw ApiException.refused(
                    ApiException.UNSUPPORTED_TYPE, "wrong_content_type", "send the body as application/json");
        }
        byte[] bytes;
        try (InputStream in = http.getRequestBody()) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw ApiException.refused(
                    ApiException.TOO_LARGE, "body_too_large", "the body is over " + MOST_BYTES + " bytes");
        }
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw ApiException.refused(
                    ApiException.BAD_REQUEST, "invalid_json", "the body is no JSON: " + e.getOriginalMessage());
        }
    }

    /// Answers with one JSON object; with its status alone where only the head was asked for.
    void reply(int status, Object body) throws IOException {
        if (http.getRequestMethod().equals("HEAD")) {
            replyEmpty(status);
            return;
        }
        byte[] bytes = JSON.writeValueAsBytes(body);
        if (!begun) {
            begun = true;
            http.getResponseHeaders().set("Content-Type", "application/json");
            http.sendResponseHeaders(status, bytes.length);
        }
        http.getResponseBody().write(bytes);
    }

    /// Answers with no body.
    void replyEmpty(int status) throws IOException {
        begun = true;
        http.sendResponseHeaders(status, -1);
    }

    /// Shows a client that waits for a whole answer that it is being made, and finds out whether it is still there:
    /// JSON may begin with white space.
    void keepWaiting() throws IOException {
        if (!begun) {
            begin("application/json");
        }
        write(" ");
    }

    /// Begins a stream of events.
    void beginEvents() throws IOException {
        events = true;
        http.getResponseHeaders().set("Cache-Control", "no-cache");
        begin("text/event-stream; charset=utf-8");
    }

    private void begin(String type) throws IOException {
        begun = true;
        http.getResponseHeaders().set("Content-Type", type);
        http.sendResponseHeaders(200, 0);
    }

    /// One event of a stream.
    void event(Object data) throws IOException {
        write("data: " + JSON.writeValueAsString(data) + "\n\n");
    }

    /// The event that clients take for the end.
    void done() throws IOException {
        write("data: [DONE]\n\n");
    }

    private void write(String text) throws IOException {
        OutputStream out = http.getResponseBody();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// Tells of a failure: with a status of its own, or, in a stream that has begun, by the event that clients take for
    /// one. A whole answer that has begun has sent white space alone, which nobody takes for an answer.
    void fail(ApiException failure) throws IOException {
        if (events) {
            event(failure.reply());
        } else if (!begun) {
            if (failure.status() == ApiException.BUSY) {
                http.getResponseHeaders().set("Retry-After", "1");
            }
            reply(failure.status(), failure.reply());
        }
    }

    /// Whether something was sent already.
    boolean hasBegun() {
        return begun;
    }
}
