package dev.gantry.app.serving;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.gantry.lora.run.RunJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/// One line that `gantry serve --json` prints; never what was asked or answered.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ServeEvent.Begun.class, name = "serving"),
    @JsonSubTypes.Type(value = ServeEvent.Answered.class, name = "request"),
})
public sealed interface ServeEvent {
    /// The server listens.
    ///
    /// @param baseUrl what clients are told, such as `http://127.0.0.1:8484/v1`
    /// @param models the names they may ask for, the base first
    /// @param contextTokens most tokens of a conversation
    record Begun(Instant t, String baseUrl, List<String> models, int contextTokens) implements ServeEvent {}

    /// One request was answered or refused.
    ///
    /// @param status of HTTP; 499 where the client went before the answer was whole
    /// @param model that answered, or empty
    /// @param seconds from the first byte of the request to the last of the answer
    record Answered(
            Instant t,
            String method,
            String path,
            int status,
            String model,
            int promptTokens,
            int newTokens,
            double seconds)
            implements ServeEvent {
        private static final int FIRST_ERROR = 400;

        public boolean failed() {
            return status >= FIRST_ERROR;
        }

        /// Reading the prompt and waiting for one's turn included.
        public double tokensPerSecond() {
            return seconds > 0 ? newTokens / seconds : 0;
        }
    }

    default String line() {
        return RunJson.LINES.writerFor(ServeEvent.class).writeValueAsString(this);
    }

    /// Reads a line; empty for one that is no event.
    static Optional<ServeEvent> read(String line) {
        if (!line.startsWith("{\"")) {
            return Optional.empty();
        }
        try {
            return Optional.of(RunJson.LINES.readValue(line, ServeEvent.class));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}
