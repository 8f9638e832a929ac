package dev.gantry.app.ui.runs;

import dev.gantry.app.run.RunStatus;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.run.RunCommand;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.layout.FlowPane;

/// What can be asked of the chosen run, as buttons; only those are shown that can do something now.
final class RunHead {
    private final Texts texts;
    private final RunActions actions;
    private final Button pause;
    private final Button goOn;
    private final Button resume;
    private final Button start;
    private final Button startNow;
    private final Button earlier;
    private final Button later;
    private final Button unqueue;
    private final Button stop;
    private final Button sample;
    private final Button save;
    private final Button compare;
    private final Button export;
    private final Button delete;

    RunHead(Texts texts, RunsViewModel model) {
        this.texts = texts;
        this.actions = model.actions();
        pause = button("pause", Icon.PAUSE, () -> actions.tell(RunCommand.PAUSE));
        goOn = button("continue", Icon.PLAY, () -> actions.tell(RunCommand.RESUME));
        resume = button("resume", Icon.PLAY, actions::resume);
        start = button("start", Icon.PLAY, actions::resume);
        startNow = button("start-now", Icon.PLAY, model::startNow);
        earlier = button("earlier", Icon.CHEVRON_UP, () -> actions.moveTurn(-1));
        later = button("later", Icon.CHEVRON_DOWN, () -> actions.moveTurn(1));
        unqueue = button("unqueue", Icon.REMOVE, actions::waitNoLonger);
        stop = button("stop", Icon.STOP, () -> actions.tell(RunCommand.STOP));
        sample = button("sample", Icon.CHAT, () -> actions.tell(RunCommand.SAMPLE));
        save = button("save", Icon.SAVE, () -> actions.tell(RunCommand.SAVE));
        compare = button("compare", Icon.COMPARE, actions::compareInChat);
        export = button("export", Icon.EXPORT, actions::export);
        delete = button("delete", Icon.TRASH, actions::delete);
        delete.getStyleClass().addAll("quiet", "danger");
        List.of(goOn, resume, start).forEach(one -> one.getStyleClass().add("primary"));
    }

    void fill(FlowPane row) {
        Button folder = button("folder", Icon.FOLDER, actions::openFolder);
        folder.getStyleClass().add("quiet");
        row.getChildren()
                .setAll(
                        pause, goOn, resume, start, startNow, earlier, later, unqueue, stop, sample, save, compare,
                        export, folder, delete);
    }

    private Button button(String name, Icon icon, Runnable action) {
        Button button = new Button(texts.get("runs." + name), new IconView(icon));
        button.setId("runs-" + name);
        button.setOnAction(_ -> action.run());
        return button;
    }

    void show(RunDetail shown) {
        RunStatus now = shown.run().status();
        boolean steps = now == RunStatus.TRAINING || now == RunStatus.PAUSED;
        boolean resumable = RunActions.canResume(now, shown.turn());
        boolean waits = shown.turn() > 0;
        boolean learned = !shown.files().checkpoints().isEmpty();
        shownWhen(pause, now == RunStatus.TRAINING);
        shownWhen(goOn, now == RunStatus.PAUSED);
        shownWhen(resume, resumable && now != RunStatus.WAITING);
        shownWhen(start, resumable && now == RunStatus.WAITING);
        shownWhen(startNow, waits);
        shownWhen(earlier, waits);
        earlier.setDisable(shown.turn() == 1);
        shownWhen(later, waits);
        shownWhen(unqueue, waits);
        shownWhen(stop, now.isAlive());
        shownWhen(sample, steps);
        shownWhen(save, steps);
        shownWhen(compare, actions.has(ScreenName.CHAT) && learned);
        shownWhen(export, actions.has(ScreenName.EXPORT) && learned);
        shownWhen(delete, !now.isAlive());
    }

    private static void shownWhen(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }
}
