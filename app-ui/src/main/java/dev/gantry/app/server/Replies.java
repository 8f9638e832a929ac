package dev.gantry.app.server;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bodies of answers, field by field as <https://platform.openai.com/docs/api-reference> names them; written in
/// snake_case.
final class Replies {
    private Replies() {}

    /// `GET /v1/models`.
    record ModelList(String object, List<Model> data) {
        ModelList(List<Model> data) {
            this("list", data);
        }
    }

    record Model(String id, String object, long created, String ownedBy) {
        Model(String id, long created) {
            this(id, "model", created, "gantry");
        }
    }

    record Usage(int promptTokens, int completionTokens, int totalTokens) {
        static Usage of(int promptTokens, int completionTokens) {
            return new Usage(promptTokens, completionTokens, promptTokens + completionTokens);
        }
    }

    /// What every answer begins with.
    ///
    /// @param created seconds since 1970
    record Head(String id, long created, String model) {}

    /// A whole answer, or a piece of one in a stream.
    ///
    /// @param usage only in a whole answer, and in the last piece of a stream that was asked for it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Completion(
            String id,
            String object,
            long created,
            String model,
            List<Choice> choices,
            @Nullable Usage usage) {
        Completion(Head head, String object, List<Choice> choices, @Nullable Usage usage) {
            this(head.id(), object, head.created(), head.model(), choices, usage);
        }
    }

    /// One of the kinds of choices, each of which writes its own fields.
    sealed interface Choice {}

    record MessageChoice(
            int index,
            Message message,
            @Nullable Object logprobs,
            @Nullable String finishReason) implements Choice {}

    record DeltaChoice(
            int index,
            Delta delta,
            @Nullable Object logprobs,
            @Nullable String finishReason) implements Choice {}

    record TextChoice(
            int index,
            String text,
            @Nullable Object logprobs,
            @Nullable String finishReason) implements Choice {}

    /// @param refusal always null: models answer here, they do not refuse in a field of its own
    record Message(String role, String content, @Nullable String refusal) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delta(@Nullable String role, @Nullable String content) {}

    record ErrorReply(ErrorDetail error) {}

    record ErrorDetail(
            String message, String type, @Nullable String param, String code) {}
}
