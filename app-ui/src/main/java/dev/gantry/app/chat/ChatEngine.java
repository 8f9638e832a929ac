package dev.gantry.app.chat;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.Devices;
import dev.gantry.lora.chat.ChatBase;
import dev.gantry.lora.chat.ChatVoice;
import dev.gantry.lora.chat.Prompt;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.zoo.generate.Answer;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One base model in memory and those who answer through it. Any thread but the one that shows the window may call:
/// answers asked for at once are drawn in turns, and another model waits until they are finished.
public final class ChatEngine implements AutoCloseable {
    private final Devices devices;
    private final Supplier<DeviceChoice> device;
    private final int threads;
    private final ChatMemory memory;
    private final TurnTaking turns = new TurnTaking();
    /// Answers read the base; loading and releasing write it.
    private final ReentrantReadWriteLock base = new ReentrantReadWriteLock(true);

    private final Map<Integer, Speaking> voices = new HashMap<>();
    private @Nullable Backend backend;
    private @Nullable ChatBase opened;
    private DeviceChoice openedOn = DeviceChoice.auto();
    private MemoryLimits openedWith = MemoryLimits.NONE;
    private int loads;
    private boolean closed;

    /// A voice, and what it was asked to be.
    private record Speaking(
            Voice voice, float strength, @Nullable String template, int sharers, ChatVoice spoken) {
        boolean is(AnswerRequest request, int among) {
            return sharers == among
                    && voice.equals(request.voice())
                    && strength == request.strength()
                    && Objects.equals(template, request.template());
        }
    }

    /// On the processor.
    public ChatEngine(int threads, ChatMemory memory) {
        this(Devices.PROCESSOR, () -> DeviceChoice.cpu(), threads, memory);
    }

    /// @param device what the user wants to compute on now; asked by any thread
    /// @param threads that compute
    /// @param memory what a model may take
    public ChatEngine(Devices devices, Supplier<DeviceChoice> device, int threads, ChatMemory memory) {
        this.devices = devices;
        this.device = device;
        this.threads = threads;
        this.memory = memory;
    }

    /// Brings a model into memory in place of the one before, unless it is there.
    ///
    /// @return most tokens of a conversation with it
    public int load(Path model) throws IOException {
        lockWith(model);
        try {
            return Objects.requireNonNull(opened).contextTokens();
        } finally {
            base.readLock().unlock();
        }
    }

    /// Answers a conversation, loading the model if need be.
    ///
    /// @param onText receives the answer piece by piece and returns whether to go on
    public AnswerOutcome answer(AnswerRequest request, Predicate<String> onText) throws IOException {
        lockWith(request.model());
        try (TurnTaking.Turn turn = turns.take()) {
            long start = System.nanoTime();
            ChatVoice voice = voice(request);
            Prompt prompt = voice.prompt(request.messages(), request.maxNewTokens());
            long[] firstNanos = {0};
            Answer answer = voice.answer(prompt, request.sampling(), request.maxNewTokens(), piece -> {
                if (firstNanos[0] == 0) {
                    firstNanos[0] = System.nanoTime() - start - turn.waitedNanos();
                }
                boolean on = onText.test(piece);
                turn.pass();
                return on;
            });
            return outcome(answer, prompt, turn.waitedNanos());
        } finally {
            base.readLock().unlock();
        }
    }

    private static AnswerOutcome outcome(Answer answer, Prompt prompt, long waitedNanos) {
        long nanos = answer.totalNanos() - answer.firstTokenNanos() - waitedNanos;
        int tokens = answer.ids().length;
        return new AnswerOutcome(
                answer.text(),
                answer.ending(),
                answer.promptTokens(),
                answer.readTokens(),
                tokens,
                tokens < 2 || nanos <= 0 ? 0 : (tokens - 1) * 1e9 / nanos,
                answer.firstTokenNanos() / 1e9,
                prompt.leftOut());
    }

    /// Takes the read lock with that model loaded.
    private void lockWith(Path model) throws IOException {
        base.readLock().lock();
        while (!isLoaded(model)) {
            base.readLock().unlock();
            base.writeLock().lock();
            try {
                open(model);
                base.readLock().lock();
            } finally {
                base.writeLock().unlock();
            }
        }
    }

    private boolean isLoaded(Path model) {
        ChatBase now = opened;
        return now != null
                && now.folder().path().equals(model)
                && openedWith.equals(memory.asked())
                && openedOn.equals(device.get());
    }

    private void open(Path model) throws IOException {
        if (closed) {
            throw new IllegalStateException("the chat was closed");
        }
        if (isLoaded(model)) {
            return;
        }
        release();
        Backend used = backend();
        ModelFolder folder = ModelFolder.open(model);
        openedWith = memory.asked();
        opened = ChatBase.open(used, folder, 0, memory.of(folder));
        loads++;
    }

    /// The device that is chosen now, in place of the one before.
    private Backend backend() {
        DeviceChoice now = device.get();
        Backend open = backend;
        if (open != null && openedOn.equals(now)) {
            return open;
        }
        if (open != null) {
            backend = null;
            open.close();
        }
        Backend opening = devices.open(now, threads);
        backend = opening;
        openedOn = now;
        return opening;
    }

    /// Called in turn, with the read lock.
    private ChatVoice voice(AnswerRequest request) throws IOException {
        ChatBase through = Objects.requireNonNull(opened);
        int sharers = through.isDivided() ? request.lanes() : 1;
        // whoever holds another share than there is now gives it back first
        free(lane -> lane.getValue().sharers() != sharers);
        Speaking before = voices.get(request.lane());
        if (before != null && before.is(request, sharers)) {
            return before.spoken();
        }
        free(lane -> lane.getKey() == request.lane());
        ChatVoice spoken = through.voice(request.voice().adapter(), request.strength(), request.template(), sharers);
        voices.put(
                request.lane(), new Speaking(request.voice(), request.strength(), request.template(), sharers, spoken));
        return spoken;
    }

    private void free(Predicate<Map.Entry<Integer, Speaking>> which) {
        voices.entrySet().removeIf(lane -> {
            boolean goes = which.test(lane);
            if (goes) {
                lane.getValue().spoken().close();
            }
            return goes;
        });
    }

    private void release() {
        free(_ -> true);
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    /// Takes the model out of memory once nobody answers.
    public void eject() {
        base.writeLock().lock();
        try {
            release();
        } finally {
            base.writeLock().unlock();
        }
    }

    /// Frees what lanes from number `from` on hold, once nobody answers.
    public void retire(int from) {
        base.writeLock().lock();
        try {
            free(lane -> lane.getKey() >= from);
        } finally {
            base.writeLock().unlock();
        }
    }

    /// Bytes of keys and values that the lanes hold: for each a conversation of full length, whatever was said.
    public long heldBytes() {
        base.writeLock().lock();
        try {
            return voices.values().stream()
                    .mapToLong(speaking -> speaking.spoken().cacheBytes())
                    .sum();
        } finally {
            base.writeLock().unlock();
        }
    }

    /// How often a base model was brought into memory.
    public int loads() {
        base.readLock().lock();
        try {
            return loads;
        } finally {
            base.readLock().unlock();
        }
    }

    /// Waits until nobody answers.
    @Override
    public void close() {
        base.writeLock().lock();
        try {
            closed = true;
            release();
            if (backend != null) {
                backend.close();
                backend = null;
            }
        } finally {
            base.writeLock().unlock();
        }
    }
}
