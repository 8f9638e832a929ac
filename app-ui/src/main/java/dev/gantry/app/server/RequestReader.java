package dev.gantry.app.server;

import dev.gantry.app.server.GenerationRequest.Conversation;
import dev.gantry.app.server.GenerationRequest.Input;
import dev.gantry.app.server.GenerationRequest.Text;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads bodies of requests. What a client cannot do without and this server does not have is refused by name; fields
/// that change nothing here are passed over.
final class RequestReader {
    private static final int MOST_STOPS = 16;
    private static final Map<String, Role> ROLES = Map.of(
            "system", Role.SYSTEM,
            "developer", Role.SYSTEM,
            "user", Role.USER,
            "assistant", Role.ASSISTANT);
    private static final List<String> NOT_SERVED = List.of("tools", "functions", "logit_bias", "audio", "prediction");

    private final Fields fields;

    private RequestReader(JsonNode body) {
        this.fields = new Fields(body);
    }

    /// `POST /v1/chat/completions`.
    ///
    /// @throws ApiException naming the field that is wrong
    static GenerationRequest chat(JsonNode body) {
        RequestReader reader = new RequestReader(body);
        return reader.request(new Conversation(reader.messages()));
    }

    /// `POST /v1/completions`.
    ///
    /// @throws ApiException naming the field that is wrong
    static GenerationRequest completion(JsonNode body) {
        RequestReader reader = new RequestReader(body);
        reader.refuse("suffix", "text between two others cannot be written here");
        reader.refuseFlag("echo", "put the prompt before the answer yourself");
        return reader.request(new Text(reader.prompt()));
    }

    private GenerationRequest request(Input input) {
        NOT_SERVED.forEach(name -> refuse(name, "this server has no " + name.replace('_', ' ')));
        refuseNumber("n", 1, "one answer a request; send it again with another seed");
        refuseNumber("best_of", 1, "one answer a request");
        refuseNumber("frequency_penalty", 0, "take repetition_penalty");
        refuseNumber("presence_penalty", 0, "take repetition_penalty");
        refuseNumber("top_logprobs", 0, "no probabilities are given");
        refuseLogProbabilities();
        refuseFormats();
        return new GenerationRequest(
                fields.text("model"),
                input,
                sampling(),
                maxNewTokens(),
                stops(),
                fields.flag("stream"),
                fields.flag("stream_options", "include_usage"));
    }

    private List<ChatMessage> messages() {
        JsonNode messages = fields.get("messages");
        if (messages == null || !messages.isArray() || messages.isEmpty()) {
            throw ApiException.invalid("messages", "messages must be a list of at least one message");
        }
        List<ChatMessage> read = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            read.add(message("messages[" + i + "]", messages.get(i)));
        }
        if (read.getLast().role() != Role.USER) {
            throw ApiException.invalid("messages", "the last message must be the user's");
        }
        return read;
    }

    private static ChatMessage message(String path, JsonNode message) {
        String name = message.path("role").stringValue("");
        Role role = ROLES.get(name);
        if (role == null) {
            throw ApiException.invalid(
                    path + ".role", "the role must be system, developer, user or assistant, not '" + name + "'");
        }
        return new ChatMessage(role, content(path + ".content", message.path("content")));
    }

    /// Text, or a list of parts of text.
    private static String content(String path, JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        if (!content.isArray()) {
            throw ApiException.invalid(path, path + " must be text");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").stringValue("").equals("text")
                    || !part.path("text").isString()) {
                throw ApiException.invalid(path, "only parts of the type text can be read here");
            }
            text.append(part.path("text").stringValue());
        }
        return text.toString();
    }

    /// Text, or a list of one text.
    private String prompt() {
        JsonNode prompt = fields.get("prompt");
        if (prompt != null && prompt.isArray() && prompt.size() == 1) {
            prompt = prompt.get(0);
        }
        if (prompt == null || !prompt.isString()) {
            throw ApiException.invalid("prompt", "prompt must be one text");
        }
        return prompt.stringValue();
    }

    private Sampling sampling() {
        Sampling usual = Sampling.CHAT;
        try {
            return new Sampling(
                    (float) fields.number("temperature", usual.temperature()),
                    fields.whole("top_k", usual.topK()),
                    (float) fields.number("top_p", usual.topP()),
                    (float) fields.number("min_p", usual.minP()),
                    (float) fields.number("repetition_penalty", usual.repetitionPenalty()),
                    fields.has("seed")
                            ? fields.wholeLong("seed")
                            : ThreadLocalRandom.current().nextLong());
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("temperature", String.valueOf(e.getMessage()));
        }
    }

    private int maxNewTokens() {
        String name = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        if (!fields.has(name)) {
            return 0;
        }
        int most = fields.whole(name, 0);
        if (most < 1) {
            throw ApiException.invalid(name, name + " must be at least 1");
        }
        return most;
    }

    private List<String> stops() {
        JsonNode stop = fields.get("stop");
        if (stop == null) {
            return List.of();
        }
        List<JsonNode> given = stop.isArray() ? stop.valueStream().toList() : List.of(stop);
        if (given.size() > MOST_STOPS
                || given.stream()
                        .anyMatch(text -> !text.isString() || text.stringValue().isEmpty())) {
            throw ApiException.invalid("stop", "stop must be a text or a list of at most " + MOST_STOPS + " texts");
        }
        return given.stream().map(JsonNode::stringValue).toList();
    }

    private void refuse(String name, String why) {
        JsonNode value = fields.get(name);
        if (value != null && !isNothing(value)) {
            throw ApiException.invalid(name, name + " is not supported: " + why);
        }
    }

    /// What clients send that want nothing: an empty list, object or text.
    private static boolean isNothing(JsonNode value) {
        return value.isContainer() ? value.isEmpty() : value.stringValue("-").isEmpty();
    }

    private void refuseNumber(String name, double only, String why) {
        if (fields.number(name, only) != only) {
            throw ApiException.invalid(name, name + " is not supported: " + why);
        }
    }

    private void refuseFlag(String name, String why) {
        if (fields.flag(name)) {
            throw ApiException.invalid(name, name + " is not supported: " + why);
        }
    }

    /// A flag for chats, a number for completions.
    private void refuseLogProbabilities() {
        JsonNode value = fields.get("logprobs");
        if (value != null && !(value.isBoolean() && !value.booleanValue())) {
            throw ApiException.invalid("logprobs", "logprobs is not supported: no probabilities are given");
        }
    }

    private void refuseFormats() {
        JsonNode format = fields.get("response_format");
        if (format != null && !format.path("type").stringValue("text").equals("text")) {
            throw ApiException.invalid("response_format", "response_format is not supported: answers are text");
        }
    }

    /// Fields of one object, with their types checked.
    private record Fields(JsonNode object) {
        Fields {
            if (!object.isObject()) {
                throw ApiException.invalid("body", "the body must be a JSON object");
            }
        }

        @Nullable
        JsonNode get(String name) {
            JsonNode value = object.get(name);
            return value == null || value.isNull() ? null : value;
        }

        boolean has(String name) {
            return get(name) != null;
        }

        String text(String name) {
            JsonNode value = get(name);
            if (value == null || !value.isString()) {
                throw ApiException.invalid(name, name + " is missing or no text");
            }
            return value.stringValue();
        }

        boolean flag(String name) {
            JsonNode value = get(name);
            if (value == null) {
                return false;
            }
            if (!value.isBoolean()) {
                throw ApiException.invalid(name, name + " must be true or false");
            }
            return value.booleanValue();
        }

        boolean flag(String outer, String name) {
            JsonNode value = get(outer);
            return value != null && value.isObject() && new Fields(value).flag(name);
        }

        double number(String name, double otherwise) {
            JsonNode value = get(name);
            if (value == null) {
                return otherwise;
            }
            if (!value.isNumber()) {
                throw ApiException.invalid(name, name + " must be a number");
            }
            return value.doubleValue();
        }

        int whole(String name, int otherwise) {
            JsonNode value = get(name);
            if (value == null) {
                return otherwise;
            }
            if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                throw ApiException.invalid(name, name + " must be a whole number");
            }
            return value.intValue();
        }

        long wholeLong(String name) {
            JsonNode value = get(name);
            if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
                throw ApiException.invalid(name, name + " must be a whole number");
            }
            return value.longValue();
        }
    }
}
