package dev.gantry.app.ui.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.FxWatchdog;
import dev.gantry.app.ui.OpenWindow;
import dev.gantry.app.ui.shell.ScreenName;
import java.nio.file.Path;
import javafx.scene.Node;
import javafx.scene.control.ListView;
import javafx.scene.control.Slider;
import javafx.scene.control.TextArea;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Chat screen by robot.
class ChatScreenTest {
    @TempDir
    Path home;

    private static void focus(OpenWindow open, String query) {
        OpenWindow.onWindow(() -> {
            open.find(query).requestFocus();
            return true;
        });
    }

    private static void write(OpenWindow open, String text) {
        OpenWindow.onWindow(() -> {
            open.find("#chat-text", TextArea.class).setText(text);
            open.find("#chat-text").requestFocus();
            return true;
        });
    }

    private static void shorten(OpenWindow open, int tokens) {
        OpenWindow.onWindow(() -> {
            open.find("#chat-max-tokens", Slider.class).setValue(tokens);
            return true;
        });
    }

    private static boolean isAnswered(OpenWindow open) {
        return rows(open).getItems().stream().anyMatch(TranscriptRow.AnswerFoot.class::isInstance);
    }

    @SuppressWarnings("unchecked") // a transcript holds nothing else
    private static ListView<TranscriptRow> rows(OpenWindow open) {
        return open.find(".transcript", ListView.class);
    }

    @Test
    void fromTheEmptyScreen_toAnAnswer_byKeyboard() {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.CHAT);
            focus(open, "#chat-starter");
            open.robot.type(KeyCode.SPACE);
            open.settle();
            OpenWindow.onWindow(() -> {
                open.find("#chat-options-shown", ToggleButton.class).setSelected(true);
                return true;
            });
            shorten(open, 12);
            write(open, "Who are");
            OpenWindow.onWindow(() -> {
                open.find("#chat-text", TextArea.class).end();
                return true;
            });
            open.robot.press(KeyCode.SHIFT).type(KeyCode.ENTER).release(KeyCode.SHIFT);
            open.robot.write("you");
            open.robot.type(KeyCode.ENTER);
            open.until(() -> isAnswered(open));
            open.settle();

            open.untilItShows("Who are\nyou");
            assertThat(OpenWindow.onWindow(() -> rows(open).getItems().getFirst()))
                    .isEqualTo(
                            new TranscriptRow.Question(0, "Who are\nyou", true, true, new TranscriptRow.Version(0, 1)));
        }
    }

    @Test
    void escape_stopsAnAnswer_andTheWindowStaysFluid() {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.CHAT);
            open.robot.clickOn("#chat-starter");
            open.settle();
            // once, so that every class and every style has been loaded
            write(open, "Tell me a story");
            open.robot.type(KeyCode.ENTER);
            open.until(() -> isAnswered(open));
            open.settle();
            try (FxWatchdog watchdog = FxWatchdog.start()) {
                write(open, "Tell me another story, a long one");
                open.robot.type(KeyCode.ENTER);
                open.until(() -> rows(open).getItems().getLast() instanceof TranscriptRow.AnswerFoot);
                open.settle();
                assertThat(watchdog.blocks()).isEmpty();
            }
            write(open, "And a third one");
            open.robot.type(KeyCode.ENTER);
            open.robot.type(KeyCode.ESCAPE);
            open.until(() -> rows(open).getItems().getLast() instanceof TranscriptRow.AnswerFoot
                    || rows(open).getItems().getLast() instanceof TranscriptRow.Unanswered);
            open.settle();
            Node send = open.find("#chat-send");
            assertThat(OpenWindow.onWindow(send::isVisible)).isTrue();
        }
    }

    @Test
    void f2_renamesAChat_andEscLeavesItsName() {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.CHAT);
            open.robot.clickOn("#chat-starter");
            open.settle();
            shorten(open, 6);
            write(open, "Who are you");
            open.robot.type(KeyCode.ENTER);
            open.until(() -> isAnswered(open));
            open.settle();
            focus(open, "#chat-history");
            open.robot.type(KeyCode.F2);
            open.robot.write("Gus");
            open.robot.type(KeyCode.ENTER);
            open.settle();
            open.untilItShows("Gus");

            open.robot.type(KeyCode.F2);
            open.robot.write("Nobody");
            open.robot.type(KeyCode.ESCAPE);
            open.settle();
            open.untilItShows("Gus");
            assertThat(open.shows("Nobody")).isFalse();
            assertThat(OpenWindow.onWindow(() -> open.window.scene().getFocusOwner()))
                    .isSameAs(open.find("#chat-history"));
        }
    }

    @Test
    void aWord_andAParagraph_areCopied_notOnlyWholeAnswers() {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.CHAT);
            open.robot.clickOn("#chat-starter");
            open.settle();
            shorten(open, 6);
            write(open, "Containers");
            open.robot.type(KeyCode.ENTER);
            open.until(() -> isAnswered(open));
            open.settle();
            open.robot.doubleClickOn(open.find(".bubble .md"));
            open.robot.press(KeyCode.CONTROL).type(KeyCode.C).release(KeyCode.CONTROL);
            assertThat(open.host.copied.getLast()).isEqualTo("Containers");

            // the head of the answer, then its first paragraph
            open.robot.type(KeyCode.DOWN, KeyCode.DOWN);
            TranscriptRow.AnswerBlock paragraph =
                    (TranscriptRow.AnswerBlock) rows(open).getItems().get(2);
            open.robot.press(KeyCode.CONTROL).type(KeyCode.C).release(KeyCode.CONTROL);
            assertThat(open.host.copied.getLast()).isEqualTo(paragraph.block().text());
        }
    }

    @Test
    void compare_asksWhichAnswerIsBetter_andKeepsTheVerdict() {
        try (OpenWindow open = OpenWindow.on(home)) {
            open.go(ScreenName.CHAT);
            open.robot.clickOn("#chat-starter");
            open.settle();
            open.robot.clickOn("#chat-compare");
            write(open, "Tell me a story about a crane");
            open.robot.type(KeyCode.ENTER);
            open.until(() -> open.robot.lookup("#chat-better-2").tryQuery().isPresent());
            open.settle();
            open.robot.clickOn("#chat-better-2");
            open.settle();

            assertThat(home.resolve("data/preferences.jsonl")).exists();
            open.untilItShows("Look at it");
        }
    }
}
