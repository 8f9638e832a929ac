package dev.gantry.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.machine.MachineExamination;
import dev.gantry.app.preferences.Language;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.TourStop;
import dev.gantry.app.ui.text.PseudoLocale;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Drives the real window: what belongs to every screen.
class WindowTest {
    @TempDir
    Path home;

    @Test
    void everyControl_ofEveryScreen_hasAName() {
        try (OpenWindow open = OpenWindow.on(home)) {
            for (ScreenName screen : open.window.screenNames()) {
                open.go(screen);
                assertThat(OpenWindow.onWindow(() ->
                                SceneWalk.unnamedControls(open.window.scene().getRoot())))
                        .as("controls without a name on " + screen)
                        .isEmpty();
            }
        }
    }

    @Test
    void everyText_ofEveryScreen_comesFromABundle() throws IOException {
        String machine = new MachineExamination(home).look().toString();
        try (OpenWindow open = OpenWindow.speaking(
                home,
                locale -> Texts.load(locale, MainWindow.folders(Screens.all())).changed(PseudoLocale::of))) {
            for (ScreenName screen : open.window.screenNames()) {
                open.go(screen);
                assertThat(OpenWindow.onWindow(
                                () -> SceneWalk.texts(open.window.scene().getRoot())))
                        .as("texts on " + screen)
                        .allMatch(text -> text.contains(PseudoLocale.OPENING)
                                || text.equals("Gantry")
                                || isData(text)
                                || machine.contains(text));
            }
        }
    }

    /// Numbers, paths, and the name of the model that comes with the program; what a machine calls its parts is data,
    /// too.
    private boolean isData(String text) {
        return text.chars().noneMatch(Character::isLetter)
                || text.contains(home.toString())
                || text.matches("starter|llama|gpt2|f32|v?\\d.*");
    }

    @Test
    void palette_opensByKey_findsAScreen_andGoesThere() {
        try (OpenWindow open = OpenWindow.on(home)) {
            ScreenName last = open.window.screenNames().getLast();
            open.robot.press(KeyCode.CONTROL).type(KeyCode.K).release(KeyCode.CONTROL);
            open.robot.write("go " + last.key().substring(0, 4));
            open.robot.type(KeyCode.ENTER);
            open.settle();

            assertThat(open.find(".top-bar .title", Label.class).getText()).isEqualToIgnoringCase(last.key());
            assertThat(open.window.notices().hasOverlay()).isFalse();
        }
    }

    @Test
    void theme_andTextSize_changeAtOnce() {
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window
                        .preferences()
                        .change(now -> now.withTheme(ThemeChoice.DARK).withTextSizePercent(200));
                return true;
            });
            open.settle();

            assertThat(open.window.scene().getStylesheets()).anyMatch(sheet -> sheet.endsWith("dark.css"));
            assertThat(open.find(".top-bar .pill", Label.class).getFont().getSize())
                    .isEqualTo(24);
        }
    }

    @Test
    void everyScreen_fitsIntoASmallWindow_withLargeText() {
        List<String> tooWide = new ArrayList<>();
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window.scene().getWindow().setWidth(1366);
                open.window.scene().getWindow().setHeight(768);
                open.window.preferences().change(now -> now.withTextSizePercent(200));
                return true;
            });
            for (ScreenName screen : open.window.screenNames()) {
                open.go(screen);
                for (TourStop stop :
                        OpenWindow.onWindow(() -> open.window.content(screen).tour())) {
                    if (stop.acts()) {
                        continue;
                    }
                    OpenWindow.onWindow(() -> {
                        stop.prepare().run();
                        return true;
                    });
                    open.settle();
                    double room = open.find(".content", Region.class).getWidth();
                    double least = OpenWindow.onWindow(
                            () -> open.window.content(screen).root().minWidth(-1));
                    if (least > room) {
                        tooWide.add("%s %s: %.0f of %.0f".formatted(screen, stop.name(), least, room));
                    }
                }
            }
        }

        assertThat(tooWide).isEmpty();
    }

    @Test
    void language_changesEveryWord_andKeepsTheScreen() {
        try (OpenWindow open = OpenWindow.on(home)) {
            ScreenName last = open.window.screenNames().getLast();
            open.go(last);
            OpenWindow.onWindow(() -> {
                open.window.preferences().change(now -> now.withLanguage(Language.CHINESE));
                return true;
            });
            open.settle();

            assertThat(open.find(".top-bar .title", Label.class).getText())
                    .isEqualTo(
                            Texts.read(last.folder() + "/texts_zh.properties").get(last.key() + ".title"));
            assertThat(open.find(".top-bar .pill", Label.class).getText()).isEqualTo("离线");
        }
    }

    @Test
    void failure_isShownAsACard_withReportAndFix() {
        List<String> fixed = new ArrayList<>();
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window
                        .notices()
                        .failure(
                                GantryException.badInput("SHARD", "cannot open m", "a file is missing", "get it again"),
                                List.of(new Choice("Choose another", () -> fixed.add("yes"))));
                return true;
            });
            open.settle();
            assertThat(OpenWindow.onWindow(
                            () -> SceneWalk.texts(open.window.scene().getRoot())))
                    .contains("Cannot open m", "A file is missing", "Get it again");

            open.robot.clickOn("Copy report");
            assertThat(open.host.copied)
                    .singleElement()
                    .asString()
                    .contains("SHARD")
                    .contains("Java ");
            open.robot.clickOn("Choose another");
            assertThat(fixed).containsExactly("yes");
            assertThat(open.window.notices().hasOverlay()).isFalse();
        }
    }

    @Test
    void help_isAboutTheFocusedControl_orTheScreen() {
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.find("#rail-home").requestFocus();
                return true;
            });
            open.robot.type(KeyCode.F1);
            open.settle();

            assertThat(OpenWindow.onWindow(() -> SceneWalk.texts(open.find(".overlay"))))
                    .contains(Texts.read("/dev/gantry/app/ui/home/texts.properties")
                            .get("home.help"));
            open.robot.type(KeyCode.ESCAPE);
            open.settle();
            assertThat(open.window.notices().hasOverlay()).isFalse();
        }
    }

    @Test
    void closing_asksFirst_whenAScreenHasAReason() {
        try (OpenWindow open = OpenWindow.on(home)) {
            OpenWindow.onWindow(() -> {
                open.window
                        .status()
                        .askBeforeClosing(() -> Optional.of(new Question(
                                "A run is going on",
                                "What shall become of it?",
                                List.of(new Choice("Keep it running", open.window.status()::close)))));
                var window = open.window.scene().getWindow();
                window.fireEvent(new javafx.stage.WindowEvent(window, javafx.stage.WindowEvent.WINDOW_CLOSE_REQUEST));
                return true;
            });
            open.settle();
            assertThat(open.window.scene().getWindow().isShowing()).isTrue();
            open.robot.clickOn("Keep it running");
            open.settle();
            assertThat(open.window.scene().getWindow().isShowing()).isFalse();
        }
    }
}
