package dev.gantry.app.chat;

import dev.gantry.app.machine.MachineProbe;
import dev.gantry.engine.GantryException;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the model of a chat may take of memory: what the user says; else everything, or for a model that is larger than
/// what is free, most of that.
public final class ChatMemory {
    /// Where preferences keep what the user says, as it was written.
    public static final String DEVICE = "chat.device_memory";

    public static final String HOST = "chat.host_memory";

    /// Of the memory that is free, what a model that does not fit there whole may compute with, and keep waiting.
    private static final double DEVICE_SHARE = 0.6;

    private static final double HOST_SHARE = 0.25;

    /// Nothing is limited.
    public static final ChatMemory UNLIMITED = new ChatMemory(() -> MemoryLimits.NONE, () -> Long.MAX_VALUE);

    private final Supplier<MemoryLimits> asked;
    private final FreeMemory free;

    /// Says how many bytes are free.
    interface FreeMemory {
        long bytes() throws IOException;
    }

    /// @param asked what the user says now; asked by any thread
    public ChatMemory(Supplier<MemoryLimits> asked) {
        this(asked, () -> new MachineProbe().memory().availableBytes());
    }

    ChatMemory(Supplier<MemoryLimits> asked, FreeMemory free) {
        this.asked = asked;
        this.free = free;
    }

    /// What the user says.
    MemoryLimits asked() {
        return asked.get();
    }

    /// What a model that is opened now may take.
    MemoryLimits of(ModelFolder model) throws IOException {
        MemoryLimits said = asked.get();
        if (said.areSet()) {
            return said;
        }
        long bytes = free.bytes();
        return model.bytes() < bytes
                ? said
                : MemoryLimits.of((long) (bytes * DEVICE_SHARE), (long) (bytes * HOST_SHARE));
    }

    /// Sizes as people write them; blank where nothing is limited, and what is no size limits nothing.
    public static MemoryLimits written(String device, String host) {
        return new MemoryLimits(size(device), size(host), null);
    }

    /// Null for what is blank or no size.
    public static @Nullable ByteSize size(String written) {
        try {
            return written.isBlank() ? null : ByteSize.parse(written);
        } catch (GantryException _) {
            // whoever types it is told there; a settings file that was edited by hand is no reason not to answer
            return null;
        }
    }
}
