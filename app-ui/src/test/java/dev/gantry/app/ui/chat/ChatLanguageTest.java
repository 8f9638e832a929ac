package dev.gantry.app.ui.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.chat.Message;
import dev.gantry.app.preferences.Language;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javafx.scene.control.ListView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A chat while the window changes its language.
class ChatLanguageTest {
    private static final int SHORT = 12;

    @TempDir
    private Path home;

    private static ChatViewModel chat(OpenWindow open) {
        return OpenWindow.onWindow(() -> ((ChatScreen) open.window.content(ScreenName.CHAT)).chat());
    }

    private static void speak(OpenWindow open, Language language) {
        open.window.preferences().change(now -> now.withLanguage(language));
    }

    @SuppressWarnings("unchecked") // a transcript holds nothing else
    private static List<TranscriptRow> rows(OpenWindow open) {
        return OpenWindow.onWindow(
                () -> List.copyOf(((ListView<TranscriptRow>) open.find(".transcript", ListView.class)).getItems()));
    }

    @Test
    void anotherLanguage_keepsTheChat_itsDraft_andTheAnswerThatIsBeingDrawn() throws IOException {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.CHAT);
            open.robot.clickOn("#chat-starter");
            open.settle();
            ChatViewModel english = chat(open);
            OpenWindow.onWindow(() -> {
                english.options().maxNewTokensProperty().set(SHORT);
                english.options().systemProperty().set("You are a crane.");
                english.questions().draftProperty().set("Who are you?");
                english.questions().send();
                english.questions().draftProperty().set("And what do");
                assertThat(english.lanes().answeringProperty().get()).isTrue();
                speak(open, Language.CHINESE);
                return true;
            });
            open.go(ScreenName.CHAT);
            ChatViewModel chinese = chat(open);

            assertThat(chinese).isNotSameAs(english);
            open.untilItShows("新对话", "Who are you?");
            assertThat(rows(open).getLast()).isInstanceOf(TranscriptRow.AnswerFoot.class);
            assertThat(chinese.session().conversation().all())
                    .extracting(Message::role)
                    .containsExactly(Role.USER, Role.ASSISTANT);
            assertThat(chinese.questions().draftProperty().get()).isEqualTo("And what do");
            assertThat(chinese.options().systemProperty().get()).isEqualTo("You are a crane.");
            assertThat(chinese.models().baseName()).isEqualTo("starter");
            assertThat(chinese.models().contextTokensProperty().get()).isPositive();

            OpenWindow.onWindow(() -> {
                chinese.questions().send();
                return true;
            });
            open.settle();
            assertThat(chinese.session().conversation().all()).hasSize(4);
            assertThat(chinese.history().shown()).hasSize(1);
            ChatStore store = new ChatStore(new GantryHome(home), open.window.catalog());
            assertThat(store.open(chinese.session().id())
                            .orElseThrow()
                            .conversation()
                            .all())
                    .hasSize(4);
        }
    }

    @Test
    void aChatThatIsNotLookedAtAgain_isAnsweredAndKept() throws IOException {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.CHAT);
            open.robot.clickOn("#chat-starter");
            open.settle();
            ChatViewModel english = chat(open);
            open.go(ScreenName.SETTINGS);
            OpenWindow.onWindow(() -> {
                english.options().maxNewTokensProperty().set(SHORT);
                english.questions().draftProperty().set("Who are you?");
                english.questions().send();
                speak(open, Language.CHINESE);
                speak(open, Language.ENGLISH);
                return true;
            });
            open.settle();
            ChatStore store = new ChatStore(new GantryHome(home), open.window.catalog());
            assertThat(store.open(english.session().id())
                            .orElseThrow()
                            .conversation()
                            .all())
                    .hasSize(2);
            open.go(ScreenName.CHAT);
            assertThat(rows(open).getLast()).isInstanceOf(TranscriptRow.AnswerFoot.class);
        }
    }
}
