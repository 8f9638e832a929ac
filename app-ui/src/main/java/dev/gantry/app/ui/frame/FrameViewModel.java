package dev.gantry.app.ui.frame;

import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.preferences.ThemeChoice;
import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Navigation;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/// Which screens there are, which one is at the front, and what can be done from anywhere.
public final class FrameViewModel implements Navigation {
    private final Texts texts;
    private final List<ScreenName> screens;
    private final PreferenceStore preferences;
    private final ReadOnlyObjectWrapper<ScreenName> current;
    private Consumer<Destination> shown = destination -> {};

    /// @param screens at least one
    public FrameViewModel(Texts texts, List<Screen> screens, PreferenceStore preferences) {
        this.texts = texts;
        this.screens = screens.stream()
                .map(Screen::name)
                .sorted(Comparator.naturalOrder())
                .toList();
        this.preferences = preferences;
        this.current = new ReadOnlyObjectWrapper<>(this.screens.getFirst());
    }

    /// The registered screens in the order of the rail.
    public List<ScreenName> screens() {
        return screens;
    }

    public ReadOnlyObjectProperty<ScreenName> currentProperty() {
        return current.getReadOnlyProperty();
    }

    /// Who brings the content of a destination to the front.
    void onShow(Consumer<Destination> action) {
        shown = action;
    }

    @Override
    public void go(Destination destination) {
        if (has(destination.screen())) {
            current.set(destination.screen());
            shown.accept(destination);
        }
    }

    @Override
    public boolean has(ScreenName screen) {
        return screens.contains(screen);
    }

    /// Goes to the screen with the number its shortcut has, 1 for the first in the rail.
    public void goToNumber(int number) {
        if (number >= 1 && number <= screens.size()) {
            go(screens.get(number - 1));
        }
    }

    public String title(ScreenName screen) {
        return texts.get(screen.key() + ".title");
    }

    /// What F1 says about a screen.
    public String help(ScreenName screen) {
        return texts.get(screen.key() + ".help");
    }

    /// What can be done now: first what the open screen offers, then every screen, then what concerns the window.
    ///
    /// @param ofScreen the commands of the screen at the front
    public List<Action> commands(List<Action> ofScreen) {
        List<Action> commands = new ArrayList<>(ofScreen);
        for (ScreenName screen : screens) {
            commands.add(new Action(texts.format("frame.palette.go", title(screen)), () -> go(screen)));
        }
        if (has(ScreenName.HARDWARE)) {
            commands.add(new Action(texts.get("frame.palette.check"), () -> go(new Destination.CheckMachine(true))));
        }
        for (ThemeChoice theme : ThemeChoice.values()) {
            String name = texts.get("frame.theme." + theme.name().toLowerCase(Locale.ROOT));
            commands.add(new Action(
                    texts.format("frame.palette.theme", name), () -> preferences.change(now -> now.withTheme(theme))));
        }
        commands.add(new Action(texts.get("frame.palette.larger"), () -> changeTextSize(10)));
        commands.add(new Action(texts.get("frame.palette.smaller"), () -> changeTextSize(-10)));
        return List.copyOf(commands);
    }

    /// @param percent how many points of a hundred to add
    public void changeTextSize(int percent) {
        preferences.change(now -> now.withTextSizePercent(now.textSizePercent() + percent));
    }

    /// @param percent of the normal size
    public void setTextSize(int percent) {
        preferences.change(now -> now.withTextSizePercent(percent));
    }
}
