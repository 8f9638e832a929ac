package dev.gantry.lora.chat;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.memory.CheckpointModel;
import dev.gantry.lora.memory.MemoryTiers;
import dev.gantry.lora.memory.PlacedModel;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.offload.plan.InferencePlan;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.chat.ChatTemplates;
import dev.gantry.zoo.chat.PromptEncoder;
import dev.gantry.zoo.generate.Answer;
import dev.gantry.zoo.generate.TextGenerator;
import dev.gantry.zoo.generate.TextRequest;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// A model that answers: weights, tokenizer, chat template, and an adapter if one was given.
public final class ChatModel implements AutoCloseable {
    private static final int MAX_CONTEXT_TOKENS = 4096;
    private static final String FALLBACK_TEMPLATE = "plain";

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final ModelFolder folder;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final TextGenerator generator;
    private final Set<Integer> endIds;
    private final int contextTokens;
    private final MemoryTiers tiers;
    private final PlacedModel placed;

    /// Opens everything that `settings` names.
    ///
    /// @throws GantryException when a part is missing or does not fit the others, or limits of memory are too tight
    public static ChatModel open(Backend backend, ChatSettings settings) throws IOException {
        return open(backend, settings, Progress.silent());
    }

    /// Opens everything that `settings` names.
    ///
    /// @param progress of placing the weights
    /// @throws GantryException when a part is missing or does not fit the others, or limits of memory are too tight
    public static ChatModel open(Backend backend, ChatSettings settings, Progress progress) throws IOException {
        Deque<AutoCloseable> owned = new ArrayDeque<>();
        boolean complete = false;
        try {
            ChatModel model = new ChatModel(backend, settings, progress, owned);
            complete = true;
            return model;
        } finally {
            if (!complete) {
                closeAll(owned);
            }
        }
    }

    private ChatModel(Backend backend, ChatSettings settings, Progress progress, Deque<AutoCloseable> partial)
            throws IOException {
        Tuned tuned = tuned(backend, settings, partial);
        folder = tuned.loaded.folder();
        tiers = tuned.tiers;
        contextTokens = tuned.use.capacity();
        tokenizer = own(
                partial, TokenizerLoader.load(settings.model(), folder.spec().vocabularySize()));
        template = template(settings, tokenizer);
        placed = own(partial, PlacedModel.open(backend, tuned.stored, tuned.use, tiers, progress));
        generator = own(
                partial,
                new TextGenerator(
                        backend,
                        placed.weights(),
                        tuned.use.adapters(),
                        tokenizer,
                        contextTokens,
                        tiers.device(),
                        placed.cacheTier()));
        endIds = EndTokens.of(settings.model(), tokenizer.specialTokens());
        owned.addAll(partial);
    }

    /// Model and adapter, and how they will be asked.
    private record Tuned(LoadedModel loaded, StoredModel stored, PlacedModel.Use use, MemoryTiers tiers) {}

    private static Tuned tuned(Backend backend, ChatSettings settings, Deque<AutoCloseable> owned) throws IOException {
        MemoryTiers tiers = MemoryTiers.within(settings.memory());
        ModelFolder folder = ModelFolder.open(settings.model());
        LoadedModel loaded = own(owned, folder.load());
        StoredModel stored = CheckpointModel.of(loaded);
        Adapters adapters = Adapters.NONE;
        Path adapterFolder = settings.adapter();
        if (adapterFolder != null) {
            Adapter adapter = own(
                    owned,
                    PeftFolder.read(
                            adapterFolder, folder.spec(), folder.family()::modulePath, backend, tiers.device()));
            stored = CheckpointModel.of(loaded, adapter);
            adapters = adapter.lowRank();
        }
        int limit = Math.min(folder.spec().maxPositions(), MAX_CONTEXT_TOKENS);
        int tokens = settings.contextTokens() == 0 ? limit : Math.min(limit, settings.contextTokens());
        return new Tuned(loaded, stored, new PlacedModel.Use(settings.compute(), adapters, 1, tokens), tiers);
    }

    /// Says how a conversation would lie in memory and how fast it would be, from a moment of probes.
    ///
    /// @throws GantryException when a part is missing or does not fit the others
    public static InferencePlan plan(Backend backend, ChatSettings settings) throws IOException {
        Deque<AutoCloseable> owned = new ArrayDeque<>();
        try {
            Tuned tuned = tuned(backend, settings, owned);
            return PlacedModel.timedPlan(backend, tuned.stored, tuned.use, tuned.tiers);
        } finally {
            closeAll(owned);
        }
    }

    private static <T extends AutoCloseable> T own(Deque<AutoCloseable> owned, T resource) {
        owned.push(resource);
        return resource;
    }

    private static ChatTemplate template(ChatSettings settings, Tokenizer tokenizer) throws IOException {
        String named = settings.template();
        if (named != null) {
            return ChatTemplates.named(named, tokenizer.specialTokens());
        }
        Path adapterFolder = settings.adapter();
        Optional<ChatTemplate> own = adapterFolder == null
                ? Optional.empty()
                : ChatTemplates.forModel(adapterFolder, tokenizer.specialTokens());
        if (own.isEmpty()) {
            own = ChatTemplates.forModel(settings.model(), tokenizer.specialTokens());
        }
        return own.orElseGet(() -> ChatTemplates.named(FALLBACK_TEMPLATE, tokenizer.specialTokens()));
    }

    public ModelFolder folder() {
        return folder;
    }

    public ChatTemplate template() {
        return template;
    }

    /// What is held of each tier, and was at most.
    public MemoryTiers tiers() {
        return tiers;
    }

    /// How the model lies in memory; empty where nothing was limited.
    public Optional<InferencePlan> memoryPlan() {
        return placed.plan();
    }

    /// Most tokens of a conversation and its answer.
    public int contextTokens() {
        return contextTokens;
    }

    /// Answers a conversation; its oldest turns are left out when it has grown too long.
    ///
    /// @param onText receives the answer piece by piece and returns whether to go on
    public Answer answer(List<ChatMessage> messages, Sampling sampling, int maxNewTokens, Predicate<String> onText) {
        int[] prompt = prompt(messages, Math.min(maxNewTokens, contextTokens / 2));
        return answer(prompt, sampling, maxNewTokens, template.stopStrings(), onText);
    }

    /// Continues `text` as it stands, without a template.
    public Answer complete(String text, Sampling sampling, int maxNewTokens, Predicate<String> onText) {
        int[] prompt = new PromptEncoder(tokenizer).encodeText(text).ids();
        return answer(prompt, sampling, maxNewTokens, List.of(), onText);
    }

    private Answer answer(
            int[] prompt, Sampling sampling, int maxNewTokens, List<String> stops, Predicate<String> onText) {
        if (prompt.length == 0 || prompt.length >= contextTokens) {
            throw GantryException.usage(
                    "CHAT-PROMPT-LENGTH",
                    "cannot answer",
                    "the prompt has " + prompt.length + " tokens and the conversation may hold " + contextTokens,
                    prompt.length == 0 ? "Write something first." : "Shorten the message.");
        }
        int room = Math.min(maxNewTokens, contextTokens - prompt.length);
        return generator.answer(new TextRequest(prompt, sampling, room, endIds, stops), onText);
    }

    /// Encodes the conversation, dropping its oldest exchanges until the prompt leaves `reserve` tokens of room.
    private int[] prompt(List<ChatMessage> messages, int reserve) {
        PromptEncoder encoder = new PromptEncoder(tokenizer);
        List<ChatMessage> kept = messages;
        while (true) {
            int[] ids = encoder.encode(template.render(kept, ChatTemplate.Ending.GENERATION_PROMPT))
                    .ids();
            List<ChatMessage> shorter = withoutOldestExchange(kept);
            if (ids.length + reserve <= contextTokens || shorter.size() == kept.size()) {
                return ids;
            }
            kept = shorter;
        }
    }

    /// Drops the oldest user turn and what follows it up to the next one; a system message stays.
    private static List<ChatMessage> withoutOldestExchange(List<ChatMessage> messages) {
        int first = nextUser(messages, 0);
        int second = nextUser(messages, first + 1);
        if (first < 0 || second < 0) {
            return messages;
        }
        List<ChatMessage> kept = new ArrayList<>(messages.subList(0, first));
        kept.addAll(messages.subList(second, messages.size()));
        return kept;
    }

    private static int nextUser(List<ChatMessage> messages, int from) {
        for (int i = Math.max(from, 0); i < messages.size(); i++) {
            if (messages.get(i).role() == ChatMessage.Role.USER) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        closeAll(owned);
    }

    private static void closeAll(Deque<AutoCloseable> owned) {
        while (!owned.isEmpty()) {
            AutoCloseable resource = owned.pop();
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot release " + resource, e);
            }
        }
    }
}
