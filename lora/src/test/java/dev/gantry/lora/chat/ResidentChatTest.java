package dev.gantry.lora.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.generate.Sampling;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterLayout;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.random.TensorRandom;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.generate.Answer;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidentChatTest {
    private static final List<ChatMessage> QUESTION = List.of(new ChatMessage(Role.USER, "Who are you?"));
    private static final int TOKENS = 12;
    /// Tokens that are computed together, and kept together.
    private static final int RUN_TOKENS = 256;
    private static final CpuBackend BACKEND = new CpuBackend(2);

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path adapter;

    @BeforeAll
    static void make() throws IOException {
        model = folder.resolve("starter");
        StarterModel.copyTo(model);
        adapter = Files.createDirectory(folder.resolve("adapter"));
        ModelFolder opened = ModelFolder.open(model);
        LoraConfig config = LoraConfig.of(4, 8, 0, new TargetModules.AllLinear());
        try (LoadedModel loaded = opened.load();
                Adapter made = new Adapter(
                        config,
                        AdapterLayout.of(config, opened.spec(), opened.family()::modulePath),
                        opened.family()::modulePath)) {
            made.initialise(1, loaded.model(), BACKEND);
            made.layout()
                    .slots()
                    .forEach(slot -> new TensorRandom(2, slot.nameOfB())
                            .fillUniform(
                                    Objects.requireNonNull(made.tensors().get(slot.nameOfB()))
                                            .matrix(),
                                    0.3));
            PeftFolder.write(adapter, made, opened.spec(), "starter");
        }
    }

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    private static String say(ChatVoice voice) {
        return voice.answer(voice.prompt(QUESTION, TOKENS), Sampling.GREEDY, TOKENS, piece -> true)
                .text();
    }

    private static String alone(@Nullable Path with) throws IOException {
        ChatSettings settings = new ChatSettings(model, with, null, ComputeType.F32, 0);
        try (ChatModel chat = ChatModel.open(BACKEND, settings)) {
            return chat.answer(QUESTION, Sampling.GREEDY, TOKENS, piece -> true).text();
        }
    }

    @Test
    void voices_ofOneBase_sayWhatEachWouldSayAlone() throws IOException {
        try (ResidentChat base = ResidentChat.open(BACKEND, model, 0);
                ChatVoice plain = base.voice(null, 1, null);
                ChatVoice tuned = base.voice(adapter, 1, null)) {
            String asBase = say(plain);
            assertThat(say(tuned)).isEqualTo(alone(adapter)).isNotEqualTo(asBase);
            assertThat(asBase).isEqualTo(alone(null));
            assertThat(say(plain)).isEqualTo(asBase);
        }
    }

    @Test
    void strength_goesFromTheBaseToTheAdapter_andBeyond() throws IOException {
        try (ResidentChat base = ResidentChat.open(BACKEND, model, 0)) {
            try (ChatVoice none = base.voice(adapter, 0, null);
                    ChatVoice plain = base.voice(null, 1, null)) {
                assertThat(say(none)).isEqualTo(say(plain));
            }
            try (ChatVoice whole = base.voice(adapter, 1, null);
                    ChatVoice more = base.voice(adapter, 1.5f, null)) {
                assertThat(say(more)).isNotEqualTo(say(whole));
            }
        }
    }

    /// Long enough for a few whole runs of tokens.
    private static List<ChatMessage> talk(String lastQuestion) {
        String manual = "The crane lifts a container, and the driver looks at the wind. ".repeat(20);
        return List.of(
                new ChatMessage(Role.SYSTEM, manual),
                new ChatMessage(Role.USER, "Who are you?"),
                new ChatMessage(Role.ASSISTANT, "I am Gus, the crane."),
                new ChatMessage(Role.USER, lastQuestion));
    }

    private static Answer answer(ChatVoice voice, List<ChatMessage> messages, Sampling sampling) {
        return voice.answer(voice.prompt(messages, TOKENS), sampling, TOKENS, piece -> true);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nextTurn_readsWhatIsNew_andSaysWhatAFreshVoiceSays(boolean tuned) throws IOException {
        Path with = tuned ? adapter : null;
        List<ChatMessage> asked = talk("What do you do?");
        List<ChatMessage> next = new ArrayList<>(asked);
        next.add(new ChatMessage(Role.ASSISTANT, "I lift what is heavy."));
        next.add(new ChatMessage(Role.USER, "And then?"));
        List<List<ChatMessage>> turns = List.of(asked, next, talk("Where do you live?"), next);
        Sampling sampling = tuned ? Sampling.CHAT : Sampling.GREEDY;
        try (ResidentChat base = ResidentChat.open(BACKEND, model, 0);
                ChatVoice voice = base.voice(with, 1, null)) {
            boolean first = true;
            for (List<ChatMessage> turn : turns) {
                int[] prompt = voice.prompt(turn, TOKENS).ids();
                Answer answer = answer(voice, turn, sampling);
                assertThat(prompt).hasSizeBetween(RUN_TOKENS + 1, 2 * RUN_TOKENS - TOKENS);
                assertThat(answer.promptTokens()).isEqualTo(prompt.length);
                assertThat(answer.readTokens()).isEqualTo(prompt.length - (first ? 0 : RUN_TOKENS));
                try (ChatVoice fresh = base.voice(with, 1, null)) {
                    assertThat(answer.ids())
                            .isEqualTo(answer(fresh, turn, sampling).ids());
                }
                first = false;
            }
        }
    }

    @Test
    void template_isTheNamedOne() throws IOException {
        try (ResidentChat base = ResidentChat.open(BACKEND, model, 0);
                ChatVoice voice = base.voice(null, 1, "alpaca")) {
            assertThat(voice.template().name()).isEqualTo("alpaca");
        }
    }

    @Test
    void anAdapterThatIsNone_isRefused_andTheBaseGoesOn() throws IOException {
        try (ResidentChat base = ResidentChat.open(BACKEND, model, 0)) {
            assertThatThrownBy(() -> base.voice(folder, 1, null)).isInstanceOf(GantryException.class);
            try (ChatVoice voice = base.voice(null, 1, null)) {
                assertThat(say(voice)).isEqualTo(alone(null));
            }
        }
    }
}
