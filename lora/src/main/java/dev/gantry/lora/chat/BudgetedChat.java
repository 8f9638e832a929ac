package dev.gantry.lora.chat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model within limits of memory. Each voice is a [ChatModel] of its own with its share of the limits, laid out by
/// its own plan: what does not fit there waits in host memory or stays in the model's files.
public final class BudgetedChat implements ChatBase {
    private final Backend backend;
    private final ModelFolder folder;
    private final int contextTokens;
    private final MemoryLimits limits;

    BudgetedChat(Backend backend, ModelFolder folder, int contextTokens, MemoryLimits limits) {
        this.backend = backend;
        this.folder = folder;
        this.contextTokens = ChatModel.contextTokens(folder, contextTokens);
        this.limits = limits;
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
        return true;
    }

    @Override
    public ChatVoice voice(@Nullable Path adapter, float strength, @Nullable String template, int voices)
            throws IOException {
        return ChatModel.open(
                        backend,
                        new ChatSettings(
                                folder.path(),
                                adapter,
                                template,
                                ChatBase.compute(backend, folder),
                                contextTokens,
                                limits.share(voices),
                                strength))
                .voice();
    }

    /// Holds nothing: what there is belongs to the voices.
    @Override
    public void close() {}
}
