package dev.gantry.app.ui.frame;

import dev.gantry.app.ui.shell.Action;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Screen;
import dev.gantry.app.ui.shell.ScreenContent;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javafx.scene.Parent;
import org.jspecify.annotations.Nullable;

/// The screens that have been opened; each is built when it is first shown and kept.
public final class ScreenDeck implements AutoCloseable {
    private final Map<ScreenName, Screen> screens = new EnumMap<>(ScreenName.class);
    private final Map<ScreenName, ScreenContent> open = new EnumMap<>(ScreenName.class);
    private final Supplier<Services> services;
    /// Those of a deck in another language, until their successors are built.
    private final Map<ScreenName, ScreenContent> left = new EnumMap<>(ScreenName.class);
    private @Nullable ScreenContent front;
    private @Nullable ScreenName frontName;

    /// @param services asked when a screen is first shown
    public ScreenDeck(List<Screen> screens, Supplier<Services> services) {
        screens.forEach(screen -> this.screens.put(screen.name(), screen));
        this.services = services;
    }

    /// The screen of `destination`, told where to go; the one before it is told that it is hidden.
    Parent show(Destination destination) {
        ScreenContent next = content(destination.screen());
        if (front != null && frontName != destination.screen()) {
            front.hidden();
        }
        front = next;
        frontName = destination.screen();
        next.shown(destination);
        return next.root();
    }

    /// The content of a registered screen, built now if need be.
    public ScreenContent content(ScreenName name) {
        return open.computeIfAbsent(name, unopened -> {
            Screen screen = screens.get(unopened);
            if (screen == null) {
                throw new IllegalArgumentException(unopened + " is not registered");
            }
            ScreenContent before = left.remove(unopened);
            return before == null ? screen.open().apply(services.get()) : before.successor(screen, services.get());
        });
    }

    /// Comes in place of a deck in another language, which keeps nothing.
    public void follow(ScreenDeck before) {
        before.open.values().forEach(ScreenContent::leave);
        left.putAll(before.left);
        left.putAll(before.open);
        before.left.clear();
        before.open.clear();
    }

    /// What Ctrl+Enter does on the screen at the front.
    public void goOn() {
        if (front != null) {
            front.goOn();
        }
    }

    List<Action> commands() {
        return front == null ? List.of() : front.commands();
    }

    @Override
    public void close() {
        open.values().forEach(ScreenContent::close);
        open.clear();
        left.values().forEach(ScreenContent::close);
        left.clear();
    }
}
