package dev.gantry.lora.chat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.zoo.chat.ChatTemplate;
import dev.gantry.zoo.generate.TextGenerator;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.Tokenizer;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A base model that stays in memory while adapters come and go: each of its voices has a cache of its own and shares
/// the base's weights.
///
/// Voices answer one at a time, and are closed before the base is.
public final class ResidentChat implements ChatBase {
    private final Backend backend;
    private final ModelFolder folder;
    private final ComputeType compute;
    private final int contextTokens;
    private final Owned owned = new Owned();
    private final LoadedModel loaded;
    private final Tokenizer tokenizer;
    private final ResidentWeights weights;
    private final Set<Integer> endIds;

    /// Loads the weights of a model and its tokenizer; matrices stay as they are stored where the backend computes with
    /// them so.
    ///
    /// @param contextTokens most tokens of a conversation; 0 for [ChatModel]'s usual limit
    /// @throws dev.gantry.engine.GantryException when a part is missing or damaged
    public static ResidentChat open(Backend backend, Path model, int contextTokens) throws IOException {
        return open(backend, ModelFolder.open(model), contextTokens);
    }

    static ResidentChat open(Backend backend, ModelFolder folder, int contextTokens) throws IOException {
        return Owned.guard(
                owned -> new ResidentChat(backend, folder, ChatBase.compute(backend, folder), contextTokens, owned));
    }

    private ResidentChat(Backend backend, ModelFolder folder, ComputeType compute, int contextTokens, Owned partial)
            throws IOException {
        this.backend = backend;
        this.folder = folder;
        this.compute = compute;
        this.contextTokens = ChatModel.contextTokens(folder, contextTokens);
        loaded = partial.add(folder.load());
        tokenizer =
                partial.add(TokenizerLoader.load(folder.path(), folder.spec().vocabularySize()));
        weights = partial.add(new ResidentWeights(backend, loaded.model(), compute));
        endIds = EndTokens.of(folder.path(), tokenizer.specialTokens());
        owned.takeFrom(partial);
    }

    @Override
    public ModelFolder folder() {
        return folder;
    }

    @Override
    public int contextTokens() {
        return contextTokens;
    }

    @Override
    public boolean isDivided() {
        return false;
    }

    @Override
    public ChatVoice voice(@Nullable Path adapter, float strength, @Nullable String template, int voices)
            throws IOException {
        return voice(adapter, strength, template);
    }

    /// A voice of this base.
    ///
    /// @param adapter PEFT folder, or null for the base alone
    /// @param strength factor on what the adapter's low-rank part adds; parameters it trained in full come whole
    /// @param template name of a chat template, or null for the adapter's or model's own
    /// @throws dev.gantry.engine.GantryException when the adapter is damaged or belongs to another model
    public ChatVoice voice(@Nullable Path adapter, float strength, @Nullable String template) throws IOException {
        return Owned.guard(parts -> voice(adapter, strength, template, parts));
    }

    private ChatVoice voice(@Nullable Path adapterFolder, float strength, @Nullable String template, Owned parts)
            throws IOException {
        ModelWeights used = weights.weights();
        Adapters adapters = Adapters.NONE;
        if (adapterFolder != null) {
            Adapter adapter =
                    parts.add(PeftFolder.read(adapterFolder, folder.spec(), folder.family()::modulePath, backend));
            adapters = adapter.lowRank(strength);
            if (!adapter.parameterNames().isEmpty()) {
                used = parts.add(new ResidentWeights(backend, adapter.overlay(loaded.model()), compute))
                        .weights();
            }
        }
        ChatTemplate written = ChatModel.template(folder.path(), adapterFolder, template, tokenizer);
        TextGenerator generator = parts.add(new TextGenerator(backend, used, adapters, tokenizer, contextTokens));
        return new ChatVoice(tokenizer, written, endIds, contextTokens, generator, new Owned().takeFrom(parts)::close);
    }

    @Override
    public void close() {
        owned.close();
    }
}
