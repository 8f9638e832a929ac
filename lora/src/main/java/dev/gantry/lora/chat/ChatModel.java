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
import dev.gantry.zoo.generate.Answer;
import dev.gantry.zoo.generate.TextGenerator;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A model that answers: weights, tokenizer, chat template, and an adapter if one was given.
public final class ChatModel implements AutoCloseable {
    private static final int MAX_CONTEXT_TOKENS = 4096;
    private static final String FALLBACK_TEMPLATE = "plain";

    private final Owned owned = new Owned();
    private final ModelFolder folder;
    private final ChatVoice voice;
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
        return Owned.guard(parts -> new ChatModel(backend, settings, progress, parts));
    }

    private ChatModel(Backend backend, ChatSettings settings, Progress progress, Owned parts) throws IOException {
        Tuned tuned = tuned(backend, settings, parts);
        folder = tuned.loaded.folder();
        tiers = tuned.tiers;
        int contextTokens = tuned.use.capacity();
        Tokenizer tokenizer =
                parts.add(TokenizerLoader.load(settings.model(), folder.spec().vocabularySize()));
        ChatTemplate template = template(settings.model(), settings.adapter(), settings.template(), tokenizer);
        placed = parts.add(PlacedModel.open(backend, tuned.stored, tuned.use, tiers, progress));
        TextGenerator generator = parts.add(new TextGenerator(
                backend,
                placed.weights(),
                tuned.use.adapters(),
                tokenizer,
                contextTokens,
                tiers.device(),
                placed.cacheTier()));
        Set<Integer> endIds = EndTokens.of(settings.model(), tokenizer.specialTokens());
        voice = new ChatVoice(tokenizer, template, endIds, contextTokens, generator, owned::close);
        owned.takeFrom(parts);
    }

    /// Model and adapter, and how they will be asked.
    private record Tuned(LoadedModel loaded, StoredModel stored, PlacedModel.Use use, MemoryTiers tiers) {}

    private static Tuned tuned(Backend backend, ChatSettings settings, Owned parts) throws IOException {
        MemoryTiers tiers = MemoryTiers.within(settings.memory(), backend);
        ModelFolder folder = ModelFolder.open(settings.model());
        LoadedModel loaded = parts.add(folder.load());
        StoredModel stored = CheckpointModel.of(loaded);
        Adapters adapters = Adapters.NONE;
        Path adapterFolder = settings.adapter();
        if (adapterFolder != null) {
            Adapter adapter = parts.add(PeftFolder.read(
                    adapterFolder, folder.spec(), folder.family()::modulePath, backend, tiers.device()));
            stored = CheckpointModel.of(loaded, adapter);
            adapters = adapter.lowRank(settings.strength());
        }
        int tokens = contextTokens(folder, settings.contextTokens());
        return new Tuned(loaded, stored, new PlacedModel.Use(settings.compute(), adapters, 1, tokens), tiers);
    }

    /// Most tokens of a conversation: what was asked for within what the model and this program hold.
    ///
    /// @param asked 0 for as many as that
    static int contextTokens(ModelFolder folder, int asked) {
        int limit = Math.min(folder.spec().maxPositions(), MAX_CONTEXT_TOKENS);
        return asked == 0 ? limit : Math.min(limit, asked);
    }

    /// Says how a conversation would lie in memory and how fast it would be, from a moment of probes.
    ///
    /// @throws GantryException when a part is missing or does not fit the others
    public static InferencePlan plan(Backend backend, ChatSettings settings) throws IOException {
        try (Owned parts = new Owned()) {
            Tuned tuned = tuned(backend, settings, parts);
            return PlacedModel.timedPlan(backend, tuned.stored, tuned.use, tuned.tiers);
        }
    }

    /// The named template, else the adapter's own, else the model's, else the plain one.
    static ChatTemplate template(Path model, @Nullable Path adapterFolder, @Nullable String named, Tokenizer tokenizer)
            throws IOException {
        if (named != null) {
            return ChatTemplates.named(named, tokenizer.specialTokens());
        }
        Optional<ChatTemplate> own = adapterFolder == null
                ? Optional.empty()
                : ChatTemplates.forModel(adapterFolder, tokenizer.specialTokens());
        if (own.isEmpty()) {
            own = ChatTemplates.forModel(model, tokenizer.specialTokens());
        }
        return own.orElseGet(() -> ChatTemplates.named(FALLBACK_TEMPLATE, tokenizer.specialTokens()));
    }

    public ModelFolder folder() {
        return folder;
    }

    public ChatTemplate template() {
        return voice.template();
    }

    /// Closing it closes the model.
    ChatVoice voice() {
        return voice;
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
        return voice.contextTokens();
    }

    /// Answers a conversation; its oldest turns are left out when it has grown too long.
    ///
    /// @param onText receives the answer piece by piece and returns whether to go on
    public Answer answer(List<ChatMessage> messages, Sampling sampling, int maxNewTokens, Predicate<String> onText) {
        return voice.answer(voice.prompt(messages, maxNewTokens), sampling, maxNewTokens, onText);
    }

    /// Continues `text` as it stands, without a template.
    public Answer complete(String text, Sampling sampling, int maxNewTokens, Predicate<String> onText) {
        return voice.complete(text, sampling, maxNewTokens, onText);
    }

    @Override
    public void close() {
        owned.close();
    }
}
