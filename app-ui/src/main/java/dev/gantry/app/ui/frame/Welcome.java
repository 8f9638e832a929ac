package dev.gantry.app.ui.frame;

import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/// What somebody sees who starts the program for the first time: the self-test, then Home with five marks. Each can be
/// left at once, and is never shown by itself again.
public final class Welcome {
    private static final String SEEN = "frame.welcomed";

    private final FrameViewModel frame;
    private final NoticeCenter notices;
    private final PreferenceStore preferences;
    private boolean showing;
    private @Nullable Subscription leaving;

    public Welcome(FrameViewModel frame, NoticeCenter notices, PreferenceStore preferences) {
        this.frame = frame;
        this.notices = notices;
        this.preferences = preferences;
    }

    /// Shows the page of the self-test before anything else, if this is the first start; its checks do not begin yet.
    public void show() {
        if (!preferences.current().value(SEEN, "").isEmpty()) {
            return;
        }
        showing = true;
        preferences.change(now -> now.withValue(SEEN, "yes"));
        frame.go(new Destination.CheckMachine(false));
        leaving = frame.currentProperty().subscribe(this::went);
    }

    /// Begins the checks, once the window is there.
    public void begin() {
        if (showing && frame.currentProperty().get() == ScreenName.HARDWARE) {
            frame.go(new Destination.CheckMachine(true));
        }
    }

    private void went(ScreenName screen) {
        if (screen == ScreenName.HARDWARE || leaving == null) {
            return;
        }
        leaving.unsubscribe();
        leaving = null;
        showing = false;
        notices.show(new Overlay.Mark(0));
    }
}
