package dev.gantry.app.ui;

import dev.gantry.app.cli.SocketTrap;
import dev.gantry.app.ui.frame.Welcome;
import dev.gantry.app.ui.shell.ScreenName;
import java.nio.file.Path;

/// A process that opens the window as at a first start, with the trap set, and looks at everything: the self-test with
/// an answer of the starter model, the five marks, every screen, the end. `OfflineWindow HOME`.
///
/// The trap sees every socket that any thread or library of this process or of its children makes. The window is on
/// JavaFX's own headless platform, so that what GTK does on a real desktop is not seen here; a display is reached
/// through a local socket, which the trap lets pass in any case.
public final class OfflineWindow {
    private OfflineWindow() {}

    public static void main(String[] arguments) {
        if (!SocketTrap.set()) {
            System.exit(SocketTrap.NONE);
        }
        try (OpenWindow open = OpenWindow.on(Path.of(arguments[0]))) {
            OpenWindow.onWindow(() -> {
                Welcome welcome = open.window.welcome();
                welcome.show();
                open.window.prepare();
                welcome.begin();
                return true;
            });
            open.settle();
            for (ScreenName screen : open.window.screenNames()) {
                System.out.println("looking at " + screen);
                open.go(screen);
            }
        }
        System.out.println("the window is closed");
        System.exit(0);
    }
}
