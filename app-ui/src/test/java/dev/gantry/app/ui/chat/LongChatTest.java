package dev.gantry.app.ui.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.library.CatalogAccess;
import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.ChatEntry;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage.Role;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.tokenizer.TokenizerLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.scene.control.ListView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A chat of two hundred thousand tokens: opened, scrolled through, and answered at its end.
class LongChatTest {
    private static final int EXCHANGES = 1100;
    private static final int ROWS = EXCHANGES * 11;
    private static final int TOKENS = 200_000;
    private static final String ANSWER = """
            ## Lifting plan NUMBER

            The **boom** of the crane turns slowly, and the container hangs *still* below it. Nobody stands under a load,
            whatever the hurry, and the signaller is the only one who speaks to the driver.

            1. Check the wind; over `NUMBER m/s` the crane stays down.
            2. Look at the slings, the shackles and the twist locks, each by hand.
               - A worn sling goes into the bin, not into the box.

            ```python
            def lift(container, height):
                for step in range(height):
                    crane.raise_one(container, step)
            ```

            > Slow is smooth, and smooth is fast.

            | load | radius |
            |---|---|
            | NUMBER t | 12 m |
            """;

    /// As the program does: a list that is scrolled to its end says that it has more rows than pixels.
    private static final Logger JAVAFX = Logger.getLogger("javafx");

    @TempDir
    Path home;

    private final Conversation conversation = new Conversation();

    private void talk() {
        int head = Conversation.NONE;
        for (int i = 0; i < EXCHANGES; i++) {
            head = conversation
                    .add(head, Role.USER, "How is container " + i + " lifted when the wind is strong?", null)
                    .number();
            head = conversation
                    .add(head, Role.ASSISTANT, ANSWER.replace("NUMBER", String.valueOf(i)), null)
                    .number();
        }
    }

    private int tokens() throws IOException {
        Path model = home.resolve("model");
        StarterModel.copyTo(model);
        try (var tokenizer =
                TokenizerLoader.load(model, ModelFolder.open(model).spec().vocabularySize())) {
            return conversation.all().stream()
                    .mapToInt(message -> tokenizer.encode(message.text()).ids().length)
                    .sum();
        }
    }

    private void keep() throws IOException {
        GantryHome here = new GantryHome(home.resolve("home"));
        try (CatalogAccess catalog = new CatalogAccess(here, repair -> {})) {
            ChatStore store = new ChatStore(here, catalog);
            int head = conversation.all().size() - 1;
            ChatOptions options = new ChatOptions(
                    "", null, ChatOptions.USUAL.sampling(), List.of(new ChatOptions.Lane("", null, 1, head)));
            store.save(
                    new ChatEntry(
                            "long",
                            "Lifting plans",
                            "starter",
                            head,
                            store.json(options),
                            Instant.EPOCH,
                            Instant.EPOCH),
                    conversation.all());
        }
    }

    @SuppressWarnings("unchecked") // a transcript holds nothing else
    private static ListView<TranscriptRow> transcript(OpenWindow open) {
        return open.find(".transcript", ListView.class);
    }

    private static void ask(OpenWindow open, ChatViewModel chat) {
        OpenWindow.onWindow(() -> {
            chat.options().maxNewTokensProperty().set(60);
            chat.questions().draftProperty().set("Tell me more");
            chat.questions().send();
            return true;
        });
        open.until(() -> !chat.lanes().answeringProperty().get());
        open.settle();
    }

    private static void open(OpenWindow open, ChatViewModel chat, ChatEntry entry) {
        OpenWindow.onWindow(() -> {
            chat.open(entry);
            return true;
        });
        open.settle();
    }

    /// To ten places all over the chat.
    private static void jump(OpenWindow open) {
        for (int row = 0; row < ROWS; row += ROWS / 10) {
            scrollTo(open, row);
        }
    }

    /// From the end upwards, a few rows at a time, as with a wheel.
    private static void scroll(OpenWindow open) {
        for (int row = ROWS - 40; row > ROWS - 100; row -= 3) {
            scrollTo(open, row);
        }
    }

    private static void scrollTo(OpenWindow open, int index) {
        OpenWindow.onWindow(() -> {
            transcript(open).scrollTo(index);
            return true;
        });
        open.settle();
        // rows are made in the pulses after a jump, and none stays empty
        open.until(() -> transcript(open).lookupAll(".list-cell").stream()
                .noneMatch(cell -> cell instanceof TranscriptCell row && row.isVisible() && row.isWaiting()));
    }

    @Test
    void twoHundredThousandTokens_areOpened_scrolledAndAnswered_withinAFrame() throws IOException {
        JAVAFX.setLevel(Level.SEVERE);
        talk();
        assertThat(tokens()).isGreaterThan(TOKENS);
        keep();
        try (OpenWindow open = OpenWindow.on(home.resolve("home"))) {
            open.go(ScreenName.CHAT);
            ChatViewModel chat = ((ChatScreen) open.window.content(ScreenName.CHAT)).chat();
            OpenWindow.onWindow(() -> {
                chat.models().takeStarter();
                return true;
            });
            open.settle();
            // a short chat first, so that every class and every style has been loaded
            ask(open, chat);
            ChatEntry entry = OpenWindow.onWindow(() -> chat.history().shown().stream()
                            .filter(known -> known.id().equals("long"))
                            .findFirst())
                    .orElseThrow();
            open(open, chat, entry);
            assertThat(OpenWindow.onWindow(() -> transcript(open).getItems().size()))
                    .isEqualTo(ROWS);
            // until everything is compiled
            jump(open);
            open(open, chat, entry);
            jump(open);
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                open(open, chat, entry);
                jump(open);
                scroll(open);
                ask(open, chat);
                assertThat(watchdog.blocks()).isEmpty();
            }
            assertThat(OpenWindow.onWindow(
                            () -> transcript(open).lookupAll(".list-cell").size()))
                    .isLessThan(60);
            assertThat(OpenWindow.onWindow(() -> transcript(open).getItems().getLast()))
                    .isInstanceOfSatisfying(
                            TranscriptRow.AnswerFoot.class,
                            foot -> assertThat(
                                            Objects.requireNonNull(foot.facts()).leftOut())
                                    .isGreaterThan(2000));
        }
    }
}
