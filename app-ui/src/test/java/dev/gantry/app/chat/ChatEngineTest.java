package dev.gantry.app.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.lora.memory.MemoryLimits;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.lora.train.config.ByteSize;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What has to be read of a conversation, turn by turn and lane by lane.
class ChatEngineTest {
    private static final int WORDS = 6;
    /// Tokens that are computed together, and kept together.
    private static final int RUN_TOKENS = 256;
    private static final Sampling SEEDED = Sampling.CHAT;

    @TempDir
    Path folder;

    private Path model;
    private Voice odd;
    private ChatEngine engine;

    @BeforeEach
    void open() throws IOException {
        model = folder.resolve("starter");
        StarterModel.copyTo(model);
        odd = new Voice("odd", Adapters.random(model, folder.resolve("odd"), "starter", 3));
        engine = new ChatEngine(2, ChatMemory.UNLIMITED);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static List<ChatMessage> question(String text) {
        String manual = "The crane lifts a container, and the driver looks at the wind. ".repeat(20);
        return List.of(new ChatMessage(Role.SYSTEM, manual), new ChatMessage(Role.USER, text));
    }

    private static List<ChatMessage> next(List<ChatMessage> before, String answer, String question) {
        List<ChatMessage> messages = new ArrayList<>(before);
        messages.add(new ChatMessage(Role.ASSISTANT, answer));
        messages.add(new ChatMessage(Role.USER, question));
        return messages;
    }

    private AnswerRequest request(int lane, Voice voice, float strength, List<ChatMessage> messages) {
        return new AnswerRequest(model, lane, lane + 1, voice, strength, null, messages, SEEDED, WORDS);
    }

    private AnswerOutcome ask(AnswerRequest request) throws IOException {
        AnswerOutcome outcome = engine.answer(request, piece -> true);
        try (ChatEngine fresh = new ChatEngine(2, ChatMemory.UNLIMITED)) {
            assertThat(fresh.answer(request, piece -> true).text())
                    .as("an answer has the same words whatever was known")
                    .isEqualTo(outcome.text());
        }
        return outcome;
    }

    private int known(AnswerRequest request) throws IOException {
        AnswerOutcome outcome = ask(request);
        return outcome.promptTokens() - outcome.readTokens();
    }

    @Test
    void eachLane_readsWhatIsNewToIt() throws IOException {
        List<ChatMessage> first = question("Who are you?");
        AnswerOutcome answer = ask(request(0, Voice.BASE, 1, first));
        assertThat(answer.promptTokens()).isGreaterThan(RUN_TOKENS);
        assertThat(answer.readTokens()).isEqualTo(answer.promptTokens());
        assertThat(known(request(1, odd, 1, first))).isZero();

        List<ChatMessage> second = next(first, answer.text(), "And what do you lift?");
        assertThat(known(request(0, Voice.BASE, 1, second))).isEqualTo(RUN_TOKENS);
        assertThat(known(request(1, odd, 1, second))).isEqualTo(RUN_TOKENS);
        // edited
        assertThat(known(request(0, Voice.BASE, 1, question("Who is Gus?")))).isEqualTo(RUN_TOKENS);
    }

    @Test
    void anotherVoiceOrStrength_knowsNothing() throws IOException {
        List<ChatMessage> asked = question("Who are you?");
        assertThat(known(request(0, Voice.BASE, 1, asked))).isZero();
        assertThat(known(request(0, odd, 1, asked))).isZero();
        assertThat(known(request(0, odd, 1, asked))).isEqualTo(RUN_TOKENS);
        assertThat(known(request(0, odd, 0.5f, asked))).isZero();
        assertThat(known(request(0, Voice.BASE, 1, asked))).isZero();
    }

    /// Room for the starter model, or for two of it in half the room each.
    private static ChatMemory within(AtomicReference<MemoryLimits> limits) {
        return new ChatMemory(limits::get, () -> Long.MAX_VALUE);
    }

    @Test
    void limits_changeNoAnswer_areShared_andHoldFromTheNextQuestion() throws IOException {
        List<ChatMessage> asked = question("Who are you?");
        String base = ask(request(0, Voice.BASE, 1, asked)).text();
        String tuned = ask(request(1, odd, 0.5f, asked)).text();
        AtomicReference<MemoryLimits> limits = new AtomicReference<>(MemoryLimits.of(48L << 20, 16L << 20));
        try (ChatEngine limited = new ChatEngine(2, within(limits))) {
            assertThat(limited.answer(request(0, Voice.BASE, 1, asked), piece -> true)
                            .text())
                    .isEqualTo(base);
            long alone = limited.heldBytes();
            assertThat(limited.answer(request(1, odd, 0.5f, asked), piece -> true)
                            .text())
                    .isEqualTo(tuned);
            assertThat(limited.heldBytes())
                    .as("the first gave back its larger share")
                    .isEqualTo(alone);
            assertThat(limited.loads()).isOne();

            limits.set(MemoryLimits.of(1, 1));
            assertThatExceptionOfType(GantryException.class)
                    .isThrownBy(() -> limited.answer(request(0, Voice.BASE, 1, asked), piece -> true))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("MEMORY-BUDGET"));
            limits.set(MemoryLimits.NONE);
            assertThat(limited.answer(request(0, Voice.BASE, 1, asked), piece -> true)
                            .text())
                    .isEqualTo(base);
            assertThat(limited.loads()).isEqualTo(3);
        }
    }

    @Test
    void aModelLargerThanFreeMemory_isGivenMostOfThat_unlessTheUserSaysOtherwise() throws IOException {
        ModelFolder starter = ModelFolder.open(model);
        ChatMemory small = new ChatMemory(() -> MemoryLimits.NONE, () -> 1_000_000);
        assertThat(small.of(starter)).isEqualTo(MemoryLimits.of(600_000, 250_000));
        assertThat(ChatMemory.UNLIMITED.of(starter)).isEqualTo(MemoryLimits.NONE);
        MemoryLimits said = ChatMemory.written("2MiB", " ");
        assertThat(said).isEqualTo(new MemoryLimits(new ByteSize(2L << 20), null, null));
        assertThat(new ChatMemory(() -> said, () -> 1_000_000).of(starter)).isEqualTo(said);
        assertThat(ChatMemory.written("two", "")).isEqualTo(MemoryLimits.NONE);
    }

    @Test
    void memory_isFreedWithALaneAndWithTheModel() throws IOException {
        List<ChatMessage> asked = question("Who are you?");
        ask(request(0, Voice.BASE, 1, asked));
        long one = engine.heldBytes();
        ask(request(1, Voice.BASE, 1, asked));
        assertThat(engine.heldBytes()).isEqualTo(2 * one).isPositive();
        ask(request(1, Voice.BASE, 1, asked));
        assertThat(engine.heldBytes()).isEqualTo(2 * one);

        engine.retire(1);
        assertThat(engine.heldBytes()).isEqualTo(one);
        engine.eject();
        assertThat(engine.heldBytes()).isZero();
        assertThat(known(request(0, Voice.BASE, 1, asked))).isZero();
    }
}
