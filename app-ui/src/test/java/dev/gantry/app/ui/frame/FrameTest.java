package dev.gantry.app.ui.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.ui.Screens;
import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the frame decides, without a toolkit.
class FrameTest {
    @TempDir
    Path folder;

    private FrameViewModel frame(List<Screen> screens) {
        List<String> bundles = Stream.concat(
                        Stream.of("/dev/gantry/app/ui/frame"),
                        Screens.all().stream().map(screen -> screen.name().folder()))
                .toList();
        return new FrameViewModel(
                Texts.load(Locale.ENGLISH, bundles),
                screens,
                PreferenceStore.open(folder.resolve("settings.json"), Runnable::run));
    }

    @Test
    void go_doesNothing_whenTheScreenIsNotRegistered() {
        List<Destination> shown = new ArrayList<>();
        FrameViewModel frame = frame(Screens.all().subList(0, 1));
        frame.onShow(shown::add);
        frame.go(new Destination.ShowRun(folder));
        frame.go(ScreenName.HOME);

        assertThat(frame.has(ScreenName.RUNS)).isFalse();
        assertThat(shown).containsExactly(new Destination.Front(ScreenName.HOME));
    }

    @Test
    void commands_beginWithThoseOfTheScreen() {
        Action own = new Action("Do it", () -> {});

        assertThat(frame(Screens.all()).commands(List.of(own)))
                .startsWith(own)
                .extracting(Action::text)
                .contains("Go to Home", "Theme: Dark", "Larger text");
    }

    @Test
    void palette_findsByInitials_andByPartsOfWords() {
        PaletteViewModel palette = new PaletteViewModel(frame(Screens.all()).commands(List.of()));
        palette.queryProperty().set("gth");
        assertThat(palette.found().getFirst().text()).isEqualTo("Go to Home");
        palette.queryProperty().set("dark");
        assertThat(palette.found()).singleElement().extracting(Action::text).isEqualTo("Theme: Dark");
        palette.queryProperty().set("xyzzy");
        assertThat(palette.found()).isEmpty();
    }

    @Test
    void score_prefersStartsOfWords_andLettersTogether() {
        assertThat(FuzzyMatch.score("mo", "Go to Models"))
                .isGreaterThan(FuzzyMatch.score("mo", "Theme: normal octave"));
        assertThat(FuzzyMatch.score("ch", "Go to Chat")).isGreaterThan(FuzzyMatch.score("ch", "Cancel this"));
        assertThat(FuzzyMatch.score("z", "Go to Chat")).isEqualTo(FuzzyMatch.NONE);
    }

    @Test
    void questions_waitForEachOther_andReplaceThePalette() {
        NoticeCenter notices = new NoticeCenter();
        Question first = new Question("1", "", List.of());
        Question second = new Question("2", "", List.of());
        notices.show(new Overlay.Palette());
        notices.ask(first);
        notices.ask(second);

        assertThat(notices.overlayProperty().get()).isEqualTo(new Overlay.Ask(first));
        notices.closeOverlay();
        assertThat(notices.overlayProperty().get()).isEqualTo(new Overlay.Ask(second));
        notices.closeOverlay();
        assertThat(notices.hasOverlay()).isFalse();
    }

    @Test
    void notices_areAtMostThree_theOldestGoesFirst() {
        NoticeCenter notices = new NoticeCenter();
        Stream.of("a", "b", "c", "d").forEach(notices::info);

        assertThat(notices.notices()).extracting(Notice::text).containsExactly("b", "c", "d");
    }
}
