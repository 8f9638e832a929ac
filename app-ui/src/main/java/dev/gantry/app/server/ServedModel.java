package dev.gantry.app.server;

import dev.gantry.engine.backend.Backend;
import dev.gantry.lora.chat.ChatVoice;
import dev.gantry.lora.chat.Prompt;
import dev.gantry.lora.chat.ResidentChat;
import dev.gantry.zoo.generate.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// One base model in memory with the adapters that are served beside it, each under an id of its own. One request is
/// computed at a time, in the order they came.
public final class ServedModel implements AutoCloseable {
    private final ResidentChat base;
    private final Map<String, ChatVoice> voices = new LinkedHashMap<>();
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Semaphore places;

    /// @param id of the model as it is, or of an adapter on it
    /// @param adapter PEFT folder
    public record Adapted(String id, Path adapter) {}

    /// Loads the model and its adapters.
    ///
    /// @param id of the base
    /// @param waiting most requests that wait while one is computed
    /// @throws dev.gantry.engine.GantryException when a part is missing or damaged
    public static ServedModel open(Backend backend, String id, Path model, List<Adapted> adapters, int waiting)
            throws IOException {
        ServedModel served = new ServedModel(ResidentChat.open(backend, model, 0), waiting);
        boolean complete = false;
        try {
            served.voices.put(id, served.base.voice(null, 1, null));
            for (Adapted adapted : adapters) {
                served.voices.put(adapted.id(), served.base.voice(adapted.adapter(), 1, null));
            }
            complete = true;
            return served;
        } finally {
            if (!complete) {
                served.close();
            }
        }
    }

    private ServedModel(ResidentChat base, int waiting) {
        this.base = base;
        this.places = new Semaphore(1 + waiting);
    }

    /// Ids of all that can be asked, the base first.
    public List<String> ids() {
        return List.copyOf(voices.keySet());
    }

    /// Requests that could come now and would not be turned away.
    int freePlaces() {
        return places.availablePermits();
    }

    public int contextTokens() {
        return base.contextTokens();
    }

    /// Answers when it is this request's turn.
    ///
    /// @param onText receives the answer piece by piece and returns whether to go on
    /// @throws ApiException when the model is not served, the prompt too long, or too many wait already
    Answer answer(GenerationRequest request, Predicate<String> onText) {
        ChatVoice voice = voices.get(request.model());
        if (voice == null) {
            throw notServed(request.model());
        }
        if (!places.tryAcquire()) {
            throw new ApiException(
                    ApiException.BUSY, "rate_limit_error", "busy", null, "too many requests wait already; try again");
        }
        turn.lock();
        try {
            return answer(voice, request, onText);
        } finally {
            turn.unlock();
            places.release();
        }
    }

    ApiException notServed(String id) {
        return new ApiException(
                ApiException.NOT_FOUND,
                "invalid_request_error",
                "model_not_found",
                "model",
                "no model '" + id + "' is served here, but " + String.join(", ", ids()));
    }

    private Answer answer(ChatVoice voice, GenerationRequest request, Predicate<String> onText) {
        int most = request.maxNewTokens() == 0 ? contextTokens() : request.maxNewTokens();
        Prompt prompt = switch (request.input()) {
            case GenerationRequest.Conversation(var messages) -> voice.prompt(messages, 1);
            case GenerationRequest.Text(String text) -> voice.textPrompt(text);
        };
        int tokens = prompt.ids().length;
        if (prompt.leftOut() > 0 || tokens >= contextTokens()) {
            throw new ApiException(
                    ApiException.BAD_REQUEST,
                    "invalid_request_error",
                    "context_length_exceeded",
                    "messages",
                    "the text is longer than the " + contextTokens() + " tokens this model is served with");
        }
        if (tokens == 0) {
            throw ApiException.invalid("prompt", "there is no text to continue");
        }
        List<String> stops = request.input() instanceof GenerationRequest.Conversation
                ? List.copyOf(voice.template().stopStrings())
                : List.of();
        return voice.answer(prompt, request.sampling(), most, joined(stops, request.stops()), onText);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).distinct().toList();
    }

    @Override
    public void close() {
        turn.lock();
        try {
            voices.values().forEach(ChatVoice::close);
            voices.clear();
            base.close();
        } finally {
            turn.unlock();
        }
    }
}
