package dev.gantry.app.ui.frame;

import dev.gantry.app.serving.Serving;
import dev.gantry.app.serving.ServingState;
import dev.gantry.app.serving.ServingState.Off;
import dev.gantry.app.serving.ServingState.On;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Navigation;
import dev.gantry.app.ui.shell.Notices;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.WindowStatus;
import dev.gantry.app.ui.shell.WindowStatus.Pill;
import dev.gantry.app.ui.task.BackgroundTasks;
import dev.gantry.app.ui.text.Texts;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import javafx.util.Subscription;

/// Says on every screen that other programs can ask this window's server, and tells before the window closes that it
/// ends with it.
public final class ServingStatus implements AutoCloseable {
    private static final Destination SERVE = new Destination.Front(ScreenName.SERVE);

    private final Texts texts;
    private final Serving serving;
    private final WindowStatus status;
    private final Notices notices;
    private final Navigation navigation;
    private final Runnable listener;
    private final Subscription asking;
    private ServingState before;
    private boolean closed;

    public ServingStatus(
            Texts texts,
            Serving serving,
            WindowStatus status,
            Notices notices,
            Navigation navigation,
            BackgroundTasks tasks) {
        this.texts = texts;
        this.serving = serving;
        this.status = status;
        this.notices = notices;
        this.navigation = navigation;
        this.before = serving.state();
        this.listener = () -> tasks.later(this::show);
        this.asking = status.askBeforeClosing(this::question);
        serving.addListener(listener);
        show();
    }

    private void show() {
        if (closed) {
            return;
        }
        ServingState now = serving.state();
        status.servingProperty().set(now instanceof On on ? pill(on) : null);
        if (now instanceof Off off && off.why() != null && before instanceof On) {
            notices.info(
                    texts.get("frame.serving.ended"),
                    new Choice(texts.get("frame.serving.show"), () -> navigation.go(SERVE)));
        }
        before = now;
    }

    private Pill pill(On on) {
        String port = String.valueOf(URI.create(on.begun().baseUrl()).getPort());
        return new Pill(texts.format("frame.serving", port), SERVE);
    }

    private Optional<Question> question() {
        return serving.state() instanceof On on
                ? Optional.of(new Question(
                        texts.get("frame.serving.closing"),
                        texts.format("frame.serving.closing.text", on.begun().baseUrl()),
                        List.of(
                                new Choice(texts.get("frame.cancel"), () -> {}),
                                new Choice(texts.get("frame.serving.closing.end"), status::close))))
                : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        serving.removeListener(listener);
        asking.unsubscribe();
    }
}
