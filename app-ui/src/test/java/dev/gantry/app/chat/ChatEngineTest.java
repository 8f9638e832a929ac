package dev.gantry.app.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.generate.Sampling;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        engine = new ChatEngine(2);
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
        return new AnswerRequest(model, lane, voice, strength, null, messages, SEEDED, WORDS);
    }

    private AnswerOutcome ask(AnswerRequest request) throws IOException {
        AnswerOutcome outcome = engine.answer(request, piece -> true);
        try (ChatEngine fresh = new ChatEngine(2)) {
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
