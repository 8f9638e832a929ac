package dev.gantry.lora.chat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A model through which several voices answer, one at a time: the base alone, or it with adapters. Voices are closed
/// before it is.
public sealed interface ChatBase extends AutoCloseable permits ResidentChat, BudgetedChat {

    /// Of what a device with memory of its own has left, what a model may take that is opened as a whole: the rest is
    /// for conversations.
    double WHOLE_SHARE = 0.7;

    /// Opens a model: whole in memory, or within limits where there are some. One that a device with memory of its own
    /// does not hold is opened within all that it has.
    ///
    /// @param contextTokens most tokens of a conversation; 0 for [ChatModel]'s usual limit
    /// @throws dev.gantry.engine.GantryException when a part is missing or damaged
    static ChatBase open(Backend backend, ModelFolder folder, int contextTokens, MemoryLimits limits)
            throws IOException {
        Memory device = backend.memory();
        if (limits.areSet()) {
            return new BudgetedChat(backend, folder, contextTokens, limits);
        }
        if (device.isHost() || folder.bytes() <= device.freeBytes() * WHOLE_SHARE) {
            return ResidentChat.open(backend, folder, contextTokens);
        }
        MemoryLimits all = MemoryLimits.of(device.freeBytes(), 2 * folder.bytes());
        return new BudgetedChat(backend, folder, contextTokens, all);
    }

    /// What a model is computed in by chats: the narrow type of the device where most of it is stored in bf16, or in
    /// that type; else f32.
    static ComputeType compute(Backend backend, ModelFolder folder) {
        DType stored = folder.dtype();
        DType narrow = backend.narrowType();
        if (stored != DType.BF16 && stored != narrow) {
            return ComputeType.F32;
        }
        return narrow == DType.F16 ? ComputeType.F16 : ComputeType.BF16;
    }

    ModelFolder folder();

    /// Most tokens of a conversation and its answer.
    int contextTokens();

    /// Whether voices share what memory there is, rather than the base: all of them are opened for the same number
    /// then.
    boolean isDivided();

    /// A voice of this base.
    ///
    /// @param adapter PEFT folder, or null for the base alone
    /// @param strength factor on what the adapter's low-rank part adds; parameters it trained in full come whole
    /// @param template name of a chat template, or null for the adapter's or model's own
    /// @param voices how many are open at once, this one included
    /// @throws dev.gantry.engine.GantryException when the adapter is damaged or belongs to another model, or
    ///     limits of memory are too tight
    ChatVoice voice(@Nullable Path adapter, float strength, @Nullable String template, int voices) throws IOException;

    @Override
    void close();
}
